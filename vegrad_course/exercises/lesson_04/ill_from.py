"""ill_from: the severity from which the gradient of the figure has lost two decades."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

LAYERS_BETWEEN, DECADES, SHRINK = 9, 2, 0.6


def cases(rng):
    yield Case(
        "two decades over nine layers",
        {},
        "With every weight multiplied by 1 - 0.6 s, nine layers leave 1% of the gradient.",
    )


def judge(case, outputs):
    """On a fine grid of severities, nine multiplications each."""
    grid = np.linspace(0, 1, 10_001)
    left = np.ones_like(grid)
    for _ in range(LAYERS_BETWEEN):
        left = left * (1 - SHRINK * grid)
    return compare(outputs, grid[np.abs(left - 10.0**-DECADES).argmin()], atol=0.045)


def severity(factor):
    return (1 - factor) / SHRINK


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Each of the nine weight matrices between the last hidden layer and the first gives the "
        "gradient the same factor, 1 - 0.6 s.",
        "Nine factors leave (1 - 0.6 s)^9 of the gradient. Two decades means that 1/100 is left.",
        "Take the ninth root: 1 - 0.6 s = 0.01 ** (1/9). Solve for s.",
    ),
    misconceptions=(
        Misconception(
            severity(0.01**0.1),
            "You counted ten layers. Between the last hidden layer and the first there are nine "
            "steps: the fence has ten posts and nine gaps.",
            name="ten layers",
            rtol=1e-2,
        ),
        Misconception(
            0.01 ** (1 / 9),
            "This is the factor per layer, 0.60. The severity s follows from 1 - 0.6 s = 0.60.",
            name="the factor itself",
            rtol=1e-2,
        ),
        Misconception(
            severity(np.exp(-2 / 9)),
            "You took e for the base. A decade is a factor of ten: two decades are 1/100.",
            name="e in place of ten",
            rtol=2e-2,
        ),
        Misconception(
            severity(0.01),
            "You let a single layer lose two decades. All nine share the loss: take the ninth "
            "root. A severity above 1 is off the slider.",
            name="one layer",
            rtol=2e-2,
        ),
        Misconception(
            severity(0.1 ** (1 / 9)),
            "This is where one decade is lost. Two decades are 1/100 of the norm. Of the squared "
            "norm it would be 1/10000.",
            name="one decade",
            rtol=2e-2,
        ),
    ),
    alternatives=(0.67, 0.65, 0.7, (1 - 10 ** (-2 / 9)) / 0.6),
)
