"""Wide random layers in the limit of infinite width: one number, the variance q of z, is enough.

z_l = W_l f(z_{l-1}) + b_l with Var(w) = sigma_w2 / n and Var(b) = sigma_b2. A sum of very many
small terms is Gaussian, so z_l is N(0, q_l), and q_l follows from q_{l-1} alone.

Source: Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli, "Exponential expressivity in deep neural
networks through transient chaos", 2016; Schoenholz, Gilmer, Ganguli, Sohl-Dickstein, "Deep
Information Propagation", 2017.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from vegrad_course.reference._init_checks import check_variances
from vegrad_course.reference._types import Elementwise, Floats, Numbers

NODES = 128  # an even number: none of them is 0, where rectifiers have their kink
LOWEST, HIGHEST = 1e-3, 20.0  # weight variances between which the edge is looked for
TINY = 1e-12  # stands for a variance that has died out: a kink at 0 keeps both its sides
HUGE = 1e6  # a variance beyond this is taken for one that grows without end


@cache
def gauss_hermite() -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights (128,) with E[g(z)] = sum of weights * g(nodes) for a standard normal z."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


def gaussian_mean(g: Elementwise, q: Numbers) -> Floats:
    """E[g(z)] for z ~ N(0, q), for one variance or an array of them.

    Gauss-Hermite quadrature: exact for polynomials up to degree 255. For a function with a kink
    it is exact only where both sides are mirror images up to a factor, as with relu(z)^2. For
    tanh(z)^2 the error is below 1e-8 at q = 1 and about 1e-4 at q = 8, for tanh'(z)^2 below 1e-6
    at q = 2 and 0.3% at q = 8.
    """
    nodes, weights = gauss_hermite()
    return g(np.sqrt(np.asarray(q, dtype=float))[..., np.newaxis] * nodes) @ weights


def variance_map(q: Numbers, sigma_w2: float, sigma_b2: float, f: Elementwise) -> Floats:
    """Variance of the next pre-activation: sigma_w2 E[f(z)^2] + sigma_b2 for z ~ N(0, q)."""
    check_variances(sigma_w2, sigma_b2)
    if np.any(np.asarray(q) < 0):
        raise ValueError(f"q must be zero or more: got {q}. It is a variance.")
    return sigma_w2 * gaussian_mean(lambda z: f(z) ** 2, q) + sigma_b2


def fixed_point(sigma_w2: float, sigma_b2: float, f: Elementwise) -> float:
    """q* = variance_map(q*): the variance that a deep stack settles at, starting from q = 1.

    0 when the signal dies. inf when the variance grows without end, or is kept whatever it is.
    """

    def grows(q: float) -> bool:
        return bool(variance_map(q, sigma_w2, sigma_b2, f) >= q)

    low, high = 1e-9, 1.0
    if not grows(low):
        return 0.0
    while grows(high):
        high *= 2
        if high > HUGE:
            return math.inf
    return _bisect(grows, low, high)


def chi(q: float, sigma_w2: float, df: Elementwise) -> float:
    """sigma_w2 E[f'(z)^2], z ~ N(0, q): what one layer does to the squared norm of a gradient.

    Below 1 gradients vanish (the ordered phase), above 1 they explode (the chaotic phase). q = 0
    and q = inf are taken for limits.
    """
    check_variances(sigma_w2, 0.0)
    return float(sigma_w2 * gaussian_mean(lambda z: df(z) ** 2, min(max(q, TINY), HUGE)))


def depth_scale(chi: float) -> float:
    """xi = 1 / |ln chi|: over xi layers the squared norm changes by a factor of e; inf at chi 1."""
    if not chi > 0:
        raise ValueError(f"chi must be positive: got {chi!r}. It is a mean of squares.")
    return math.inf if chi == 1 else 1 / abs(math.log(chi))


def predicted_log_slope(sigma_w2: float, sigma_b2: float, f: Elementwise, df: Elementwise) -> float:
    """Change of log10 |g| per layer travelled back: half the log10 of chi at q*."""
    q = fixed_point(sigma_w2, sigma_b2, f)
    return 0.5 * math.log10(chi(q, sigma_w2, df))


def critical_weight_variance(sigma_b2: float, f: Elementwise, df: Elementwise) -> float:
    """The edge of chaos: the weight variance at which chi at q* is 1, between 0.001 and 20."""

    def ordered(sigma_w2: float) -> bool:
        return chi(fixed_point(sigma_w2, sigma_b2, f), sigma_w2, df) < 1

    if not ordered(LOWEST) or ordered(HIGHEST):
        raise ValueError(
            f"chi must cross 1 between sigma_w2 = {LOWEST} and {HIGHEST}: it does not for this "
            f"activation and sigma_b2 {sigma_b2!r}. Look at chi itself."
        )
    return _bisect(ordered, LOWEST, HIGHEST)


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Where `holds` stops being true on the way from low to high, to about 1e-15, relative."""
    for _ in range(100):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if holds(middle) else (low, middle)
        if high / low < 1 + 1e-15:
            break
    return high
