"""Batch and layer normalization: standardise along an axis, then scale by gamma and shift by beta.

Batch norm standardises each unit over the batch (axis 0), layer norm each example over its units
(last axis). Mean and variance depend on every number that they average: so does the gradient.
Source: Ioffe, Szegedy: Batch Normalization (2015); Ba, Kiros, Hinton: Layer Normalization (2016).
"""

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._checks import check_depth, check_product
from vegrad_course.reference._types import Elementwise, Matrices

# Running mean and running variance, one entry per unit.
State = tuple[Float[np.ndarray, " units"], Float[np.ndarray, " units"]]
Batch = Float[np.ndarray, "batch units"]
PerUnit = Float[np.ndarray, " units"]
Scale = Float[np.ndarray, " _"]  # gamma: its length is checked below, with words
Batches = list[Float[np.ndarray, "batch _"]]  # one per layer; widths may differ


def standardize(
    x: Float[np.ndarray, "..."], axis: int, eps: float = 1e-5
) -> Float[np.ndarray, "..."]:
    """(x - mean) / sqrt(var + eps), mean and biased variance taken along `axis`."""
    mean, var = x.mean(axis, keepdims=True), x.var(axis, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def standardize_backward(
    g: Float[np.ndarray, "..."], x: Float[np.ndarray, "..."], axis: int, eps: float = 1e-5
) -> Float[np.ndarray, "..."]:
    """The gradient reaching x, where g is the one reaching standardize(x, axis, eps).

    What the mean and the variance would undo is taken out of g; the rest is divided by the spread.
    """
    x_hat, spread = standardize(x, axis, eps), np.sqrt(x.var(axis, keepdims=True) + eps)
    shift = g.mean(axis, keepdims=True)
    stretch = (g * x_hat).mean(axis, keepdims=True)
    return (g - shift - x_hat * stretch) / spread


def batch_norm(
    x: Batch,
    gamma: Scale,
    beta: PerUnit,
    state: State,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Batch, State]:
    """The normalised batch and the new state; the given state is left as it is.

    In training the statistics are the batch's, and the state moves a share `momentum` towards
    them, towards the unbiased variance. In evaluation the state is used, and kept.
    """
    _check_batch(x, gamma, training)
    if training:
        return gamma * standardize(x, 0, eps) + beta, _moved(state, x, momentum)
    mean, var = state
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def _moved(state: State, x: Batch, momentum: float) -> State:
    mean, var = state
    return (
        (1 - momentum) * mean + momentum * x.mean(0),
        (1 - momentum) * var + momentum * x.var(0, ddof=1),
    )


def batch_norm_backward(
    g: Batch, x: Batch, gamma: Scale, eps: float = 1e-5
) -> tuple[Batch, PerUnit, PerUnit]:
    """Gradients reaching x, gamma and beta in training, where g reaches the output."""
    _check_batch(x, gamma, training=True)
    dx = standardize_backward(g * gamma, x, 0, eps)
    return dx, (g * standardize(x, 0, eps)).sum(0), g.sum(0)


def frozen_batch_norm_backward(
    g: Batch, x: Batch, gamma: Scale, state: State, eps: float = 1e-5
) -> tuple[Batch, PerUnit, PerUnit]:
    """The same in evaluation: mean and variance are constants, so x meets a straight line."""
    _check_batch(x, gamma, training=False)
    mean, var = state
    spread = np.sqrt(var + eps)
    return g * gamma / spread, (g * (x - mean) / spread).sum(0), g.sum(0)


def layer_norm(
    x: Float[np.ndarray, "*batch units"], gamma: PerUnit, beta: PerUnit, eps: float = 1e-5
) -> Float[np.ndarray, "*batch units"]:
    """Each example standardised over its own units; the same in training and evaluation."""
    return gamma * standardize(x, -1, eps) + beta


def layer_norm_backward(
    g: Float[np.ndarray, "*batch units"],
    x: Float[np.ndarray, "*batch units"],
    gamma: PerUnit,
    eps: float = 1e-5,
) -> tuple[Float[np.ndarray, "*batch units"], PerUnit, PerUnit]:
    """Gradients reaching x, gamma and beta, where g reaches the output."""
    examples = tuple(range(x.ndim - 1))
    dx = standardize_backward(g * gamma, x, -1, eps)
    return dx, (g * standardize(x, -1, eps)).sum(examples), g.sum(examples)


def normalized_forward(
    Ws: Matrices, x: Batch, f: Elementwise, axis: int, eps: float = 1e-5
) -> tuple[Batches, Batches]:
    """h_l = W_l a_{l-1} and a_l = f(standardize(h_l)): h_1..h_L and a_0..a_L.

    axis 0 is batch norm, axis -1 layer norm, both with gamma 1 and beta 0.
    """
    check_product(Ws)
    hs, activations = [], [x]
    for W in Ws:
        hs.append(activations[-1] @ W.T)
        activations.append(f(standardize(hs[-1], axis, eps)))
    return hs, activations


def normalized_backward(
    Ws: Matrices, hs: Batches, g_out: Batch, df: Elementwise, axis: int, eps: float = 1e-5
) -> Batches:
    """The L+1 gradients reaching a_0..a_L of the same network; the last one is g_out."""
    check_depth(Ws, hs)
    gradients = [g_out]
    for W, h in zip(reversed(Ws), reversed(hs), strict=True):
        g = gradients[-1] * df(standardize(h, axis, eps))
        gradients.append(standardize_backward(g, h, axis, eps) @ W)
    return gradients[::-1]


def _check_batch(x: np.ndarray, gamma: np.ndarray, training: bool) -> None:
    if x.ndim != 2 or np.shape(gamma) not in ((), x.shape[1:]):
        raise ValueError(
            f"x must be (batch, units) with one gamma per unit: got x of shape {x.shape} and "
            f"gamma of shape {np.shape(gamma)}. Put examples in rows."
        )
    if training and len(x) < 2:
        raise ValueError(
            f"training needs at least 2 examples in a batch: got {len(x)}. "
            "One example has no spread. Use a larger batch, or evaluation mode."
        )
