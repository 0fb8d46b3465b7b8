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
        "On a grid: take fine steps of z from 0 to 10, compute the slope at each, and keep the z "
        "at which it is still large enough. On paper: sigma (1 - sigma) equals that slope, which "
        "is a quadratic equation for sigma.",
        "With `z = np.linspace(0, 10, 100_001)`, take `z[sigmoid_grad(z) >= limit].max()`. "
        "You only have to find `limit`.",
    ),
    misconceptions=(
        Misconception(
            4.59,
            "Near 4.59 the slope itself is 0.01, and the height is 1% away from its end. The "
            "question is another: where is the slope 1% of the largest slope? That is a smaller "
            "number, so take the maximum into account.",
            name="one percent of 1",
            rtol=3e-3,
        ),
        Misconception(
            2.993,
            "That is where the slope of tanh falls to 1% of its maximum. The sigmoid is twice as "
            "wide.",
            name="tanh",
            rtol=3e-3,
        ),
        Misconception(
            -5.986,
            "The place is right, on the left side. The question is |z|, a distance: leave out the "
            "sign.",
            name="negative side",
            rtol=2e-3,
        ),
        Misconception(
            6.0,
            "Nearly. At 6 the slope is already below 1% of its maximum. Give three digits.",
            name="rounded to a whole number",
        ),
    ),
)
