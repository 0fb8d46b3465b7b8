"""one_percent_z: the largest |z| at which the slope is still 1% of its maximum."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    expect = "The slope there is one hundredth of the largest slope, to three digits of z."
    yield Case("the edge of the useful range", {}, expect)


def judge(case, outputs):
    z = np.linspace(0, 10, 100_001)
    slopes = oracle.slope("sigmoid", z)
    return compare(outputs, z[slopes >= 0.01 * slopes.max()].max(), rtol=2e-3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "What is 1% of the largest slope? That is the slope you are looking for.",
        "Make a fine grid of z from 0 to 10, compute the slope at each, and keep the z at which "
        "it is still large enough.",
        "With `z = np.linspace(0, 10, 100_001)`, take `z[sigmoid_grad(z) >= limit].max()`. "
        "You only have to find `limit`.",
    ),
    misconceptions=(
        Misconception(
            4.585,
            "There the slope itself is 0.01. The question is 1% of the largest slope, which is a "
            "smaller number: take the maximum into account.",
            name="one percent of 1",
        ),
        Misconception(
            4.595,
            "There the value is 0.99, so you looked at the height. Look at the slope.",
            name="value within one percent of its end",
        ),
    ),
)
