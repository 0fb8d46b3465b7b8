"""fit_decay_rate(norms): decades per layer travelled back from the output."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    yield Case(
        "a gradient that vanishes",
        {"norms": _norms(rng, layers=12, rate=-0.4, noise=0.0, output=7.0)},
        "It is negative: each layer travelled back from the output makes the gradient smaller. "
        "The output layer itself is left out.",
    )
    yield Case(
        "a gradient that explodes",
        {"norms": _norms(rng, layers=9, rate=0.25, noise=0.0, output=0.2)},
        "It is positive: each layer travelled back makes the gradient larger.",
    )
    yield Case(
        "noisy measurements",
        {"norms": _norms(rng, layers=20, rate=-0.3, noise=0.3, output=4.0)},
        "It is the slope of the straight line that fits all hidden layers best, in least squares.",
    )
    yield Case(
        "three layers",
        {"norms": _norms(rng, layers=3, rate=-0.7, noise=0.0, output=5.0)},
        "Two hidden layers are left, and the line goes through both.",
    )


def _norms(rng, layers, rate, noise, output):
    back = np.arange(layers - 1, -1, -1)
    norms = 10 ** (rate * back + noise * rng.normal(size=layers))
    norms[-1] = output
    return norms


def judge(case, outputs):
    hidden = case["norms"][:-1]
    back = np.arange(len(hidden), 0, -1)
    covariance = np.cov(back, np.log10(hidden))
    return compare(outputs, covariance[0, 1] / covariance[0, 0])


def includes_the_output(norms):
    return -np.polyfit(np.arange(len(norms)), np.log10(norms), 1)[0]


def drops_the_first(norms):
    return -np.polyfit(np.arange(len(norms) - 1), np.log10(norms[1:]), 1)[0]


def natural_log(norms):
    return -np.polyfit(np.arange(len(norms) - 1), np.log(norms[:-1]), 1)[0]


def counts_forward(norms):
    return np.polyfit(np.arange(len(norms) - 1), np.log10(norms[:-1]), 1)[0]


def fits_the_norms(norms):
    return -np.polyfit(np.arange(len(norms) - 1), norms[:-1], 1)[0]


def two_ends_only(norms):
    return np.log10(norms[0] / norms[-2]) / (len(norms) - 2)


def returns_the_factor(norms):
    return 10 ** -np.polyfit(np.arange(len(norms) - 1), np.log10(norms[:-1]), 1)[0]


def forward_and_with_the_output(norms):
    return np.polyfit(np.arange(len(norms)), np.log10(norms), 1)[0]


def height_at_the_first_layer(norms):
    return -np.polyfit(np.arange(len(norms) - 1), np.log10(norms[:-1]), 1)[1]


def height_at_the_output(norms):
    return np.polyfit(np.arange(len(norms) - 1, 0, -1), np.log10(norms[:-1]), 1)[1]


def slope_and_height(norms):
    return np.polyfit(np.arange(len(norms) - 1, 0, -1), np.log10(norms[:-1]), 1)


def axes_swapped(norms):
    return -np.polyfit(np.log10(norms[:-1]), np.arange(len(norms) - 1), 1)[0]


def by_least_squares(norms):
    back = np.arange(len(norms) - 1, 0, -1)
    table = np.stack([back, np.ones(len(back))], axis=1)
    return np.linalg.lstsq(table, np.log10(norms[:-1]), rcond=None)[0][0]


def by_centred_sums(norms):
    y = np.log10(norms[:-1])
    k = -np.arange(len(y)) + (len(y) - 1) / 2
    return np.sum(k * y) / np.sum(k**2)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "On which axes is an exponential decay a straight line? Fit there.",
        "Leave out the last entry. Take log10 of the others. `np.polyfit(x, y, 1)` returns the "
        "slope and the height of the best line, in this order.",
        "The entries run from layer 1 towards the output, and you count from the output back. If "
        "your x counts forward, the slope has the opposite sign.",
    ),
    misconceptions=(
        Misconception(
            includes_the_output,
            "The output layer is in your fit. The step across it has a factor of its own, so its "
            "norm does not lie on the line and bends it. Leave the last entry out.",
        ),
        Misconception(
            drops_the_first,
            "You left out the first entry. That is layer 1, the one with the longest way. The "
            "output layer is the last entry.",
        ),
        Misconception(
            natural_log,
            "You fitted natural logarithms: your slope is ln(10) = 2.30 times too large. This "
            "course counts in decades, so use `np.log10`.",
        ),
        Misconception(
            counts_forward,
            "Your number has the wrong sign. Count layers from the output back, the way the "
            "gradient travels: then a negative rate means that it vanishes.",
        ),
        Misconception(
            fits_the_norms,
            "You fitted a line to the norms themselves. They fall along a curve, and the largest "
            "few decide the fit. Their logarithms fall along a line.",
        ),
        Misconception(
            two_ends_only,
            "You used the two ends only. On noisy measurements their noise is all in your answer. "
            "A least-squares line listens to every layer.",
        ),
        Misconception(
            returns_the_factor,
            "You returned the factor per layer, 10 to the power of the slope. The slope itself is "
            "asked for.",
        ),
        Misconception(
            forward_and_with_the_output,
            "Two things at once: the output layer is in your fit, and your layers count forward. "
            "Leave the last entry out, and count from the output back, which changes the sign.",
        ),
        Misconception(
            height_at_the_first_layer,
            "You returned the height of the line where x is 0. `np.polyfit(x, y, 1)` gives the "
            "slope first and the height second: take `[0]`.",
        ),
        Misconception(
            height_at_the_output,
            "You returned where the line meets the output layer, which is its height. The rate is "
            "its slope, the first of the two numbers that `np.polyfit` gives.",
        ),
        Misconception(
            slope_and_height,
            "You returned all that `np.polyfit` gives, the slope and the height. Only the slope is "
            "asked for: take `[0]`.",
        ),
        Misconception(
            axes_swapped,
            "Your axes are swapped: this is layers per decade. In `np.polyfit(x, y, 1)` the layers "
            "come first, and the logarithms after them.",
        ),
    ),
    alternatives=(by_least_squares, by_centred_sums),
)
