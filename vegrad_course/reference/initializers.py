"""How to draw the first weights, so that a layer neither shrinks nor stretches what it passes on.

One sum of fan_in terms, each a weight times an input, has the variance fan_in * Var(w) * E[a^2].
Going back, fan_out takes the place of fan_in. Every scheme solves one of these for Var(w).
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._init_checks import check_choice, check_fans, check_gain

Scheme = Literal["xavier", "he", "lecun"]
Distribution = Literal["normal", "uniform"]


def fan_in_and_out(shape: Sequence[int]) -> tuple[int, int]:
    """Weights that meet in one output, and weights that leave one input.

    shape is (n_out, n_in) for a linear layer, (c_out, c_in, *kernel) for a convolution; there each
    of the kernel's places counts. (At stride 1, away from the border.)
    """
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(
            f"shape must be (n_out, n_in) or (c_out, c_in, *kernel), all 1 or more: got "
            f"{tuple(shape)}. Pass the shape of the weights, not of a bias."
        )
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places


def init_std(fan_in: int, fan_out: int, scheme: Scheme) -> float:
    """Standard deviation of the weights.

    lecun: Var = 1 / fan_in keeps the variance forward, where f(z) is about z.
    xavier: Var = 2 / (fan_in + fan_out), a compromise of forward and backward.
    he: Var = 2 / fan_in; the 2 makes up for the half that ReLU takes away.
    Sources: LeCun, Bottou, Orr, Mueller, "Efficient BackProp", 1998; Glorot, Bengio,
    "Understanding the difficulty of training deep feedforward neural networks", 2010; He, Zhang,
    Ren, Sun, "Delving Deep into Rectifiers", 2015.
    """
    check_fans(fan_in, fan_out)
    check_choice("scheme", scheme, ("xavier", "he", "lecun"))
    variance = {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in, "lecun": 1 / fan_in}
    return math.sqrt(variance[scheme])


def init_weights(
    fan_in: int,
    fan_out: int,
    scheme: Scheme,
    distribution: Distribution,
    rng: np.random.Generator,
) -> Float[np.ndarray, "fan_out fan_in"]:
    """Independent weights of a linear layer, mean 0, with the scheme's standard deviation.

    A uniform number between -b and b has the variance b^2 / 3, so b = sqrt(3) std.
    """
    std = init_std(fan_in, fan_out, scheme)
    check_choice("distribution", distribution, ("normal", "uniform"))
    if distribution == "normal":
        return rng.normal(0.0, std, (fan_out, fan_in))
    bound = math.sqrt(3) * std
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def orthogonal(
    rows: int, cols: int, gain: float, rng: np.random.Generator
) -> Float[np.ndarray, "rows cols"]:
    """gain times a matrix whose singular values are all 1, every such matrix equally likely.

    QR turns a Gaussian matrix into orthonormal columns. Which sign a column gets is the routine's
    habit; making the diagonal of R positive takes the habit out (Mezzadri, "How to generate random
    matrices from the classical compact groups", 2007). Columns that are too many cannot be
    orthonormal: then the rows are.
    """
    check_fans(cols, rows)
    check_gain(gain)
    q, r = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return gain * (q if rows >= cols else q.T)
