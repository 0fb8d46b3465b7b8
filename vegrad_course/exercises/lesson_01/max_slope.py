"""max_slope: the largest slope that the sigmoid has anywhere."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    yield Case("the steepest point", {}, "No tangent of the curve is steeper, and one is as steep.")


def judge(case, outputs):
    return compare(outputs, oracle.slope("sigmoid", np.linspace(-2, 2, 401)).max(), rtol=1e-3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Where is the sigmoid steepest? Look at the first figure, and lay a ruler along the curve.",
        "At its middle. Take two points close to z = 0, such as z = -0.01 and z = 0.01. How much "
        "higher is the second?",
        "Divide that climb by the distance of the two points, which is 0.02. The result is a very "
        "simple fraction.",
    ),
    misconceptions=(
        Misconception(
            0.24,
            "Close. A ruler over a whole unit of z averages over a stretch that bends. The tangent "
            "at the very middle is a little steeper. Make the stretch shorter and shorter.",
            name="ruler over one unit",
            rtol=0.045,
        ),
        Misconception(
            0.5,
            "0.5 is the height of the curve at its middle. The question is how steep it is there.",
        ),
        Misconception(
            1.0,
            "1 is as high as the curve gets, and it is the largest slope of tanh. The sigmoid "
            "needs about four units of z to climb from near 0 to near 1, so it is far less steep.",
        ),
    ),
)
