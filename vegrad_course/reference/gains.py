"""The gain each activation needs, and the units that give no gradient at all.

A layer z = W a with weights of mean 0 and variance gain^2 / n has Var(z) = gain^2 E[a^2]: what
counts is the second moment of a = f(z), not its variance.
"""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from vegrad_course.reference._types import Elementwise
from vegrad_course.reference.mean_field import gaussian_mean


def gain_for(f: Elementwise) -> float:
    """1 / sqrt(E[f(z)^2]) for a standard normal z: with this gain a layer keeps Var(z) = 1.

    Given f' in place of f, it is the gain that keeps the norm of the gradient instead. The two are
    equal for ReLU and leaky ReLU. Right to about 1e-4 for f with a kink, 1e-2 where f jumps.
    Source: the derivation of He, Zhang, Ren, Sun, "Delving Deep into Rectifiers", 2015,
    section 2.2, with any f in place of ReLU.
    """
    second_moment = float(gaussian_mean(lambda z: f(z) ** 2, 1.0))
    if not (math.isfinite(second_moment) and second_moment > 0):
        raise ValueError(
            f"E[f(z)^2] must be positive and finite: got {second_moment}. "
            "Pass an activation that is not 0 everywhere and does not overflow near z = 15."
        )
    return 1 / math.sqrt(second_moment)


def leaky_gain(a: float) -> float:
    """sqrt(2 / (1 + a^2)): the gain of leaky ReLU with negative slope a. sqrt 2 for ReLU, a = 0.

    Source: He, Zhang, Ren, Sun, "Delving Deep into Rectifiers", 2015, section 2.2, eq. 15.
    """
    _check_slope(a)
    return math.sqrt(2 / (1 + a**2))


def leaky_moments(a: float) -> tuple[float, float]:
    """Mean and variance of leaky ReLU of a standard normal z, negative slope a.

    E|z| = sqrt(2 / pi). Half of it comes from each side, once times 1 and once times -a.
    """
    _check_slope(a)
    mean = (1 - a) / math.sqrt(2 * math.pi)
    return mean, (1 + a**2) / 2 - mean**2


def dead_units(
    batches: Sequence[Float[np.ndarray, "_ units"]],
) -> Bool[np.ndarray, " units"]:
    """Which ReLU units are 0 on every example of every batch, so that no gradient passes them.

    A share of zeros in a batch says something else: half of them are 0 in a healthy layer.
    """
    if len(batches) == 0 or any(len(acts) == 0 for acts in batches):
        raise ValueError(
            f"dead_units needs examples in every batch: got {[len(acts) for acts in batches]}. "
            "Pass the outputs of the layer for all the data, in one batch or many."
        )
    if any(np.any(acts < 0) for acts in batches):
        raise ValueError(
            "activations of ReLU are zero or more: got a negative number. Pass max(z, 0), not z."
        )
    return np.logical_not(np.logical_or.reduce([np.any(acts > 0, axis=0) for acts in batches]))


def _check_slope(a: float) -> None:
    if not math.isfinite(a):
        raise ValueError(f"the negative slope a must be finite: got {a!r}. Common values: 0.01-0.3")
