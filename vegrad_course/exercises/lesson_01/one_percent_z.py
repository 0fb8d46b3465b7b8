"""one_percent_z: the largest |z| at which the slope is still a given share of its maximum, 1%."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value
from vegrad_course.exercises.variants import varied

Z = np.linspace(0, 10, 100_001)


def last_above(slope):
    """The largest z at which the sigmoid is at least that steep."""
    return Z[oracle.slope("sigmoid", Z) >= slope].max()


@varied(share=(0.01, 0.02, 0.05, 0.1))
def exercise(share):
    def cases(rng):
        expect = f"The slope there is {share:.0%} of the largest slope, to three digits of z."
        yield Case("the edge of the useful range", {}, expect)

    def judge(case, outputs):
        return compare(outputs, last_above(share / 4), rtol=2e-3)

    right = 2 * np.arccosh(share**-0.5)
    without_maximum = 2 * np.arccosh((4 * share) ** -0.5)
    whole = round(right)
    side = "already below" if whole > right else "still above"
    return Exercise(
        points=1,
        cases=cases,
        judge=judge,
        collect=value,
        hints=(
            "What is your share of the largest slope? That is the slope you are looking for.",
            "On a grid: take fine steps of z from 0 to 10, compute the slope at each, and keep the "
            "z at which it is still large enough. On paper: sigma (1 - sigma) equals that slope, "
            "which is a quadratic equation for sigma.",
            "With `z = np.linspace(0, 10, 100_001)`, take `z[sigmoid_grad(z) >= limit].max()`. "
            "You only have to find `limit`.",
        ),
        misconceptions=(
            Misconception(
                without_maximum,
                f"Near {without_maximum:.2f} the slope itself is {share:g}. The question is "
                f"another: where is the slope {share:.0%} of the largest slope, which is one "
                "quarter? So take the maximum into account.",
                name="one percent of 1",
                rtol=3e-3,
            ),
            Misconception(
                right / 2,
                f"That is where the slope of tanh falls to {share:.0%} of its maximum. The sigmoid "
                "is twice as wide.",
                name="tanh",
                rtol=3e-3,
            ),
            Misconception(
                -right,
                "The place is right, on the left side. The question is |z|, a distance: leave out "
                "the sign.",
                name="negative side",
                rtol=2e-3,
            ),
            Misconception(
                whole,
                f"Nearly. At {whole} the slope is {side} {share:.0%} of its maximum. Give three "
                "digits.",
                name="rounded to a whole number",
            ),
        ),
    )
