"""A chain of single units: a_0 = x, z_l = w_l a_{l-1}, a_l = f(z_l) for l = 1..L.

One layer multiplies the gradient by d a_l / d a_{l-1} = w_l f'(z_l). Everything here follows.
Index l-1 of ws and zs holds layer l; df is the derivative of f.
"""

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._checks import check_depth
from vegrad_course.reference._types import Elementwise

Scalar = int | float | np.number


def chain_forward(
    ws: Float[np.ndarray, " L"], x: Scalar, f: Elementwise
) -> tuple[Float[np.ndarray, " L"], Float[np.ndarray, " L+1"]]:
    """Pre-activations z_1..z_L and activations a_0..a_L, in the dtype of ws and x together."""
    check_depth(ws, ws)
    a = np.result_type(ws, x, 1.0).type(x)
    zs, activations = [], [a]
    for w in ws:
        z = w * a
        a = f(z)
        zs.append(z)
        activations.append(a)
    return np.array(zs), np.array(activations)


def chain_gradient(
    ws: Float[np.ndarray, " L"], zs: Float[np.ndarray, " L"], df: Elementwise
) -> np.floating:
    """d a_L / d a_0 = product over l of w_l f'(z_l).

    It becomes 0 or inf where the dtype ends; log10_gradient does not.
    """
    check_depth(ws, zs)
    return np.prod(ws * df(zs))


def gradient_per_layer(
    ws: Float[np.ndarray, " L"], zs: Float[np.ndarray, " L"], df: Elementwise
) -> Float[np.ndarray, " L+1"]:
    """Entry l is d a_L / d a_l: 1 at the output, then one factor more per layer travelled back."""
    check_depth(ws, zs)
    factors = ws * df(zs)
    gradients = np.ones(len(ws) + 1, dtype=factors.dtype)
    for l in range(len(ws), 0, -1):
        gradients[l - 1] = gradients[l] * factors[l - 1]
    return gradients


def log10_gradient(
    ws: Float[np.ndarray, " L"], zs: Float[np.ndarray, " L"], df: Elementwise
) -> np.float64:
    """log10 |d a_L / d a_0| = sum over l of log10 |w_l| + log10 |f'(z_l)|, in float64.

    Finite where the product itself would underflow or overflow; -inf when a factor is zero.
    """
    check_depth(ws, zs)
    with np.errstate(divide="ignore"):  # log10(0) = -inf is the right answer
        log_weights = np.log10(np.abs(np.asarray(ws, dtype=np.float64)))
        log_slopes = np.log10(np.abs(df(np.asarray(zs, dtype=np.float64))))
    return np.sum(log_weights + log_slopes)


def fit_decay_rate(norms: Float[np.ndarray, " L"]) -> np.float64:
    """Slope of log10(norm) per layer travelled back, k = L - l: negative means vanishing.

    norms[l-1] is the gradient norm at layer l = 1..L. The output layer has no layer behind it to
    compare with and is often of another kind, so it is left out. Least squares on the rest.
    """
    hidden = np.asarray(norms, dtype=np.float64)[:-1]
    if len(hidden) < 2:
        raise ValueError(
            "a slope needs the norms of at least two layers before the output layer: "
            f"got {len(norms)} norms in all. Use a deeper network."
        )
    if not np.all((hidden > 0) & np.isfinite(hidden)):
        raise ValueError(
            f"norms before the output layer must be positive and finite: got {hidden}. "
            "Where they underflowed to 0, use float64 or a network of fewer layers."
        )
    k = np.arange(len(hidden), 0, -1)
    k_centred = k - k.mean()
    return k_centred @ np.log10(hidden) / (k_centred @ k_centred)
