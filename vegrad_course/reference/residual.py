"""Residual blocks: a shortcut s(x) beside a branch F(x), added up.

F is two layers with a ReLU between them. With f = relu, three kinds differ in where it stands:
post    y = f(s + W2 f(W1 x))        He, Zhang, Ren, Sun: Deep Residual Learning (2016)
pre     y = s + W2 f(W1 f(x))        the same: Identity Mappings in Deep Residual Networks (2016)
rezero  y = s + alpha W2 f(W1 x)     Bachlechner et al.: ReZero is All You Need (2021)
params holds W1, W2, for rezero the number alpha, and P where shapes differ: then s = P x, else x.
Layers are matrices (n_out, n_in) on x (batch, n), or kernels (c_out, c_in, k, k) on images.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._types import Elementwise
from vegrad_course.reference.convolution import convolution, convolution_backward
from vegrad_course.reference.rectifiers import relu, relu_grad

KINDS = ("post", "pre", "rezero")
Array = Float[np.ndarray, "..."]


def shortcut_sum(x: Array, F: Array, P: Array | None = None) -> Array:
    """x + F, or P x + F where the block changes the shape. Shapes that differ are refused."""
    s = x if P is None else linear(x, P)
    if s.shape != F.shape:
        raise ValueError(
            f"shortcut and branch must have the same shape: got {s.shape} and {F.shape}. "
            "Give a projection P that takes x to the shape of F."
        )
    return s + F


def residual_block(x: Array, params: Mapping[str, Any], kind: str) -> Array:
    """The block's output y, by kind."""
    check_kind(kind)
    start = relu(x) if kind == "pre" else x
    F = scale(params, kind) * linear(relu(linear(start, params["W1"])), params["W2"])
    y = shortcut_sum(x, F, params.get("P"))
    return np.asarray(relu(y)) if kind == "post" else y


def residual_block_backward(
    x: Array, params: Mapping[str, Any], kind: str, g: Array
) -> tuple[Array, dict[str, Any]]:
    """The gradient by x, and those by each of params, given the gradient g at y."""
    check_kind(kind)
    W1, W2, alpha = params["W1"], params["W2"], scale(params, kind)
    start = relu(x) if kind == "pre" else x
    z = linear(start, W1)
    F = linear(relu(z), W2)
    if kind == "post":
        g = g * relu_grad(shortcut_sum(x, F, params.get("P")))
    g_h, by_W2 = linear_backward(relu(z), W2, alpha * g)
    g_start, by_W1 = linear_backward(start, W1, g_h * relu_grad(z))
    gradients: dict[str, Any] = {"W1": by_W1, "W2": by_W2}
    if kind == "rezero":
        gradients["alpha"] = np.sum(g * F)
    g_skip = g
    if params.get("P") is not None:
        g_skip, gradients["P"] = linear_backward(x, params["P"], g)
    return g_skip + (g_start * relu_grad(x) if kind == "pre" else g_start), gradients


def block_jacobian(
    W1: Float[np.ndarray, "m n"],
    W2: Float[np.ndarray, "n m"],
    x: Float[np.ndarray, " n"],
    df: Elementwise,
) -> Float[np.ndarray, "n n"]:
    """I + J_F = I + W2 diag(f'(W1 x)) W1, for y = x + W2 f(W1 x)."""
    return np.eye(len(x)) + (W2 * df(W1 @ x)) @ W1


def rezero_gradients(
    x: Float[np.ndarray, " n"],
    W1: Float[np.ndarray, "m n"],
    W2: Float[np.ndarray, "n m"],
    alpha: float,
    g: Float[np.ndarray, " n"],
) -> tuple[Float[np.ndarray, " n"], np.floating]:
    """The gradients by x and by alpha of a ReZero block, given the gradient g at its output."""
    by_x, gradients = residual_block_backward(
        x[None], {"W1": W1, "W2": W2, "alpha": alpha}, "rezero", g[None]
    )
    return by_x[0], gradients["alpha"]


def gradient_vs_depth(
    Js: Sequence[Float[np.ndarray, "n n"]], g: Float[np.ndarray, " n"], kind: str
) -> Float[np.ndarray, " _"]:
    """log10 norm of the gradient after k = 0..L blocks travelled back.

    Js[l-1] is the Jacobian of branch l alone; kind "residual" adds the shortcut, "plain" has none.
    """
    if kind not in ("plain", "residual"):
        raise ValueError(f"kind must be plain or residual: got {kind!r}. Choose one of them.")
    gradients = [g]
    for J in reversed(Js):
        skipped = gradients[-1] if kind == "residual" else 0
        gradients.append(J.T @ gradients[-1] + skipped)
    return np.log10([np.linalg.norm(gradient) for gradient in gradients])


def gradient_correlation(gradients: Float[np.ndarray, "nets points"], lag: int) -> np.floating:
    """Correlation between gradients at points `lag` apart on a grid: per net, then the mean.

    Source: Balduzzi et al.: The Shattered Gradients Problem (2017), section 2.
    """
    first, second = gradients[:, :-lag], gradients[:, lag:]
    first = first - first.mean(axis=1, keepdims=True)
    second = second - second.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.mean(np.sum(first * second, axis=1) / norms)


def scale(params: Mapping[str, Any], kind: str) -> Any:
    return params["alpha"] if kind == "rezero" else 1.0


def linear(x: Any, W: Array) -> Array:
    """W x for each row of x, or the convolution of each image."""
    return convolution(x, W) if W.ndim == 4 else x @ W.T


def linear_backward(x: Any, W: Array, g: Array) -> tuple[Array, Array]:
    """Gradients by x and by W, summed over the batch."""
    return convolution_backward(x, W, g) if W.ndim == 4 else (g @ W, g.T @ x)


def check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}: got {kind!r}. Choose one.")
