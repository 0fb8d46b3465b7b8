"""Layers of many units: z_l = W_l a_{l-1} (+ b_l), a_l = f(z_l), with W_l of shape (n_l, n_{l-1}).

The factor w f'(z) of the chain becomes the matrix diag(f'(z)) W. The order now matters.
Index l-1 of Ws and zs holds layer l; df is the derivative of f.
"""

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._checks import check_depth, check_layer, check_product
from vegrad_course.reference._types import Elementwise, Matrices, Vectors


def network_forward(
    Ws: Matrices, x: Float[np.ndarray, "*batch n_0"], f: Elementwise
) -> tuple[list[Float[np.ndarray, "*batch _"]], list[Float[np.ndarray, "*batch _"]]]:
    """Pre-activations z_1..z_L and activations a_0..a_L, without biases."""
    check_product(Ws)
    if x.ndim == 0 or x.shape[-1] != Ws[0].shape[1]:
        raise ValueError(
            f"x must have one entry per column of the first W: got x of shape {x.shape} and W of "
            f"shape {Ws[0].shape}. A layer is z = W @ a, so W is (n_out, n_in)."
        )
    zs, activations = [], [x]
    for W in Ws:
        zs.append(activations[-1] @ W.T)  # W @ a for every a in the batch
        activations.append(f(zs[-1]))
    return zs, activations


def layer_jacobian(
    W: Float[np.ndarray, "n_out n_in"], z: Float[np.ndarray, " n_out"], df: Elementwise
) -> Float[np.ndarray, "n_out n_in"]:
    """d a_l / d a_{l-1} = diag(f'(z)) W: row i of W times f'(z_i)."""
    check_layer(W, z)
    return df(z)[:, np.newaxis] * W


def vector_jacobian_product(
    W: Float[np.ndarray, "n_out n_in"],
    z: Float[np.ndarray, "*batch n_out"],
    g: Float[np.ndarray, "*batch n_out"],
    df: Elementwise,
) -> Float[np.ndarray, "*batch n_in"]:
    """J^T g = W^T (f'(z) * g): the gradient reaching a_l becomes the one reaching a_{l-1}.

    The Jacobian itself is never formed. A batch holds one z and one g per row.
    """
    check_layer(W, z)
    if g.shape != z.shape:
        raise ValueError(
            f"g must match z: got g of shape {g.shape} and z of shape {z.shape}. "
            "g is the gradient reaching the output of this layer."
        )
    return (g * df(z)) @ W  # W.T @ (g * df(z)) for every row of the batch


def backward(
    Ws: Matrices, zs: Vectors, g_out: Float[np.ndarray, "*batch n_L"], df: Elementwise
) -> list[Float[np.ndarray, "*batch _"]]:
    """The L+1 gradients reaching a_0..a_L; the last one is g_out."""
    check_depth(Ws, zs)
    check_product(Ws)
    gradients = [g_out]
    for W, z in zip(reversed(Ws), reversed(zs), strict=True):
        gradients.append(vector_jacobian_product(W, z, gradients[-1], df))
    return gradients[::-1]


def end_to_end_jacobian(Ws: Matrices, zs: Vectors, df: Elementwise) -> Float[np.ndarray, "n_L n_0"]:
    """d a_L / d a_0 = J_L ... J_2 J_1: the chain rule puts the last layer on the left."""
    check_depth(Ws, zs)
    check_product(Ws)
    jacobian = layer_jacobian(Ws[0], zs[0], df)
    for W, z in zip(Ws[1:], zs[1:], strict=True):
        jacobian = layer_jacobian(W, z, df) @ jacobian
    return jacobian
