"""saturated_fraction(z, threshold): the share of sigmoid units whose slope is under it."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def spread(rng, low, high, count):
    """Numbers so close together that some lie between any wrong line and the right one."""
    return rng.permutation(np.linspace(low, high, count)) + rng.uniform(-0.01, 0.01, count)


def cases(rng):
    expect = "It is a share from 0 to 1. It counts flat units on both sides, by their slope."
    both = spread(rng, -10, 10, 600).reshape(20, 30)
    yield Case("units on both sides", {"z": both, "threshold": 0.05}, expect)
    low = spread(rng, -9, -1, 200)
    yield Case("all units on the low side", {"z": low, "threshold": 0.08}, expect)
    at_the_line = np.array([0.0, 0.0, 0.0, -2.0, 1.5])
    yield Case(
        "a slope that equals the threshold is not below it",
        {"z": at_the_line, "threshold": 0.25},
        "Only the two units away from 0 are below 0.25; at 0 the slope is 0.25 itself.",
    )


def judge(case, outputs):
    slopes = oracle.slope("sigmoid", case["z"])
    return compare(outputs, (slopes < case["threshold"]).sum() / slopes.size)


def only_near_one(z, threshold):
    return np.mean(1 - 0.5 * (1 + np.tanh(0.5 * z)) < threshold)


def value_near_either_end(z, threshold):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return np.mean((s < threshold) | (s > 1 - threshold))


def mean_slope(z, threshold):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return np.mean(s * (1 - s))


def takes_a_share_of_the_threshold(z, threshold):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return np.mean(s * (1 - s) < 0.25 * threshold)


def compares_the_input(z, threshold):
    return np.mean(np.abs(z) > threshold)


def divides_by_rows(z, threshold):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return np.sum(s * (1 - s) < threshold) / len(z)


def only_near_zero(z, threshold):
    return np.mean(0.5 * (1 + np.tanh(0.5 * z)) < threshold)


def counts_units(z, threshold):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return np.sum(s * (1 - s) < threshold)


def counts_the_healthy(z, threshold):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return np.mean(s * (1 - s) > threshold)


def by_the_edge(z, threshold):
    edge = 2 * np.arctanh(np.sqrt(1 - 4 * threshold))
    return float(np.count_nonzero(np.abs(z) > edge)) / z.size


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "A unit is saturated when its slope is small, whichever side it sits on.",
        "Compute the slope of every unit. Compare each with the threshold: this gives an array "
        "of True and False.",
        "The mean of an array of True and False is the share of True.",
    ),
    misconceptions=(
        Misconception(
            only_near_one,
            "You counted units whose value is near 1. Units near 0 are just as flat: their slope "
            "is as small. Decide by the slope, and both sides are covered.",
        ),
        Misconception(
            value_near_either_end,
            "You compared the value of each unit with the threshold. The threshold is for the "
            "slope: compute `sigmoid_grad(z)` and compare that.",
        ),
        Misconception(
            mean_slope,
            "You returned the mean slope. A mean hides how many units are flat. Ask each unit "
            "whether its slope is under the threshold, and return the share that says yes.",
        ),
        Misconception(
            takes_a_share_of_the_threshold,
            "You compared the slope with a share of the maximum, as in the exercise before. Here "
            "`threshold` is the slope itself: compare with it as it is.",
        ),
        Misconception(
            compares_the_input,
            "You compared z itself with the threshold. The threshold is a slope, so compute the "
            "slope at z first.",
        ),
        Misconception(
            only_near_zero,
            "You counted units whose value is near 0. Units near 1 are just as flat. Decide by the "
            "slope, and both sides are covered.",
        ),
        Misconception(
            divides_by_rows,
            "You divided by `len(z)`, which is the number of rows. For a matrix that is not the "
            "number of its entries: that is `z.size`, or let `np.mean` divide.",
        ),
        Misconception(
            counts_units,
            "You returned a count. A share is the count divided by the number of units, so that "
            "layers of different width can be compared.",
        ),
        Misconception(
            counts_the_healthy,
            "You counted the units above the threshold: these are the healthy ones. The question "
            "is the share below.",
        ),
    ),
    alternatives=(by_the_edge,),
)
