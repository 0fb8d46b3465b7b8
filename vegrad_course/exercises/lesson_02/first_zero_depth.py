"""first_zero_depth: how many quarters make exactly 0 in float32."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    yield Case(
        "the first exact zero",
        {},
        "One quarter less is still a number above 0, and with this many float32 holds exactly 0.",
    )


def judge(case, outputs):
    products = np.cumprod(np.full(200, 0.25, dtype=np.float32))
    return compare(outputs, 1 + np.sum(products > 0), rtol=0)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Below the normal numbers there are the subnormal ones. The smallest is 2 to the -149.",
        "Which products can still be held? Every even exponent down to the last one that is not "
        "below -149. Then one more layer.",
        "The product after L layers is 2 to the power -2L. Find the first L at which -2L is below "
        "-149, and ask what that number is rounded to.",
    ),
    misconceptions=(
        Misconception(
            74,
            "There the product is 2 to the -148, twice the smallest subnormal number: still above "
            "0. One more quarter, and it is gone.",
            name="the last depth above zero",
        ),
        Misconception(
            64,
            "There the product leaves the normal numbers. It is not 0 yet: the subnormal numbers "
            "go on, with fewer and fewer digits.",
            name="the first subnormal depth",
        ),
        Misconception(
            45,
            "45 is the exponent of ten of the smallest subnormal number, about 1e-45. It counts "
            "factors of one tenth, and yours is one quarter.",
            name="the exponent of ten",
        ),
        Misconception(
            150,
            "150 counts factors of one half. A quarter is two halves: each layer moves the "
            "exponent by 2.",
            name="one bit per layer",
        ),
        Misconception(
            538,
            "This is the answer for float64, whose smallest number is 2 to the -1074. Networks are "
            "usually trained in float32.",
            name="float64",
        ),
    ),
)
