"""How much a stack of linear layers, or one matrix applied again and again, stretches a vector.

The singular values of W_L ... W_1 say it for a stack; the spectral radius says it for W^k in the
long run, and the norms of W^k say what happens on the way.
"""

import math

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._checks import check_finite, check_product, check_square
from vegrad_course.reference._types import Matrices
from vegrad_course.reference.graded_svd import log_singular_values


def gaussian_layers(
    n: int, depth: int, scale: float, rng: np.random.Generator
) -> list[Float[np.ndarray, "{n} {n}"]]:
    """Square layers with entries N(0, scale^2 / n): on average each multiplies |a|^2 by scale^2."""
    return [rng.normal(0.0, scale / math.sqrt(n), size=(n, n)) for _ in range(depth)]


def product(Ws: Matrices) -> Float[np.ndarray, "n_L n_0"]:
    """W_L @ ... @ W_1: the first layer stands on the right, next to the input."""
    check_product(Ws)
    total = Ws[0]
    for W in Ws[1:]:
        total = W @ total
    return total


def singular_spectrum(Ws: Matrices) -> Float[np.ndarray, " k"]:
    """Singular values of the product, largest first.

    The plain way: form the product, then decompose it. Each value is right to about 1e-16 of the
    *largest* one (float64), so those below that are noise. log10_singular_spectrum keeps them.
    """
    return np.linalg.svd(product(Ws), compute_uv=False)


def log10_singular_spectrum(Ws: Matrices) -> Float[np.ndarray, " k"]:
    """log10 of the singular values of the product, largest first, in float64; -inf for zero.

    The product is never formed: a QR sweep keeps its scales as logarithms, Jacobi rotations
    finish (see graded_svd). Each value has its own *relative* error, about 1e-16 times the sum of
    the condition numbers of the single layers, however small the value and however deep the
    stack; there is no such promise for layers that are themselves singular up to rounding.
    """
    check_product(Ws)
    check_finite(Ws)
    return log_singular_values(Ws) / math.log(10)


def condition_number(Ws: Matrices) -> float:
    """Largest over smallest singular value of the product; inf when it is singular."""
    log10_values = log10_singular_spectrum(Ws)
    if not np.isfinite(log10_values[-1]):
        return math.inf
    with np.errstate(over="ignore"):  # beyond 1e308, inf is the nearest float
        return float(np.power(10.0, log10_values[0] - log10_values[-1]))


def log_norm_slope(Ws: Matrices, g: Float[np.ndarray, " n_L"]) -> float:
    """Mean change of log10 |g| per layer while g is pushed back through the layers, g <- W^T g.

    Negative means vanishing, positive exploding. The norm is set to 1 after each layer, so depth
    cannot underflow it. -inf when g is lost altogether.
    """
    check_product(Ws)
    if g.shape != (Ws[-1].shape[0],) or not np.any(g):
        raise ValueError(
            f"g must be a non-zero vector with one entry per row of the last W: got shape "
            f"{g.shape}, norm {np.linalg.norm(g):.3g}, and W of shape {Ws[-1].shape}."
        )
    u, total = g / np.linalg.norm(g), 0.0
    for W in reversed(Ws):
        u = W.T @ u
        stretch = float(np.linalg.norm(u))
        if stretch == 0:
            return -math.inf
        u, total = u / stretch, total + math.log10(stretch)
    return total / len(Ws)


def spectral_radius(W: Float[np.ndarray, "n n"]) -> float:
    """Largest |eigenvalue|. It does not bound ||W^k|| on the way unless W is normal."""
    check_square(W)
    return float(np.max(np.abs(np.linalg.eigvals(W))))


def growth_rate(W: Float[np.ndarray, "n n"]) -> float:
    """Long-run growth of ||W^k|| per step: the limit of ||W^k||^(1/k), measured at k = 2^40.

    W is squared 40 times and scaled back to norm 1 each time. By Gelfand's formula the limit is
    the spectral radius; here no eigenvalue is computed.
    """
    check_square(W)
    power, log_norm = W, 0.0  # W^k = e^log_norm * power
    for doubling in range(41):
        norm = float(np.linalg.norm(power))
        if norm == 0:
            return 0.0
        log_norm += math.log(norm)
        rate = math.exp(log_norm / 2**doubling)
        unit = power / norm
        power, log_norm = unit @ unit, 2 * log_norm
    return rate


def power_norms(W: Float[np.ndarray, "n n"], depth: int) -> Float[np.ndarray, " {depth}+1"]:
    """||W^k|| for k = 0..depth, the largest stretch of any vector after k steps (2-norm)."""
    check_square(W)
    if depth < 0:
        raise ValueError(f"depth must be 0 or more: got {depth}. W^0 is the identity.")
    power = np.eye(len(W), dtype=W.dtype)
    norms = [np.linalg.norm(power, 2)]
    for _ in range(depth):
        power = W @ power
        norms.append(np.linalg.norm(power, 2))
    return np.array(norms)
