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
            76,
            "You are one step too far. At 74 the product is 2 to the -148. One more quarter gives "
            "2 to the -150, exactly in the middle between 0 and the smallest number: it goes to 0.",
            name="one step too far",
        ),
        Misconception(
            64,
            "Around there the product leaves the normal numbers. It is not 0 yet: the subnormal "
            "numbers go on, with fewer and fewer digits.",
            name="the end of the normal numbers",
            rtol=0.02,
        ),
        Misconception(
            38,
            "1e-38 is about the smallest normal float32. The exponent of ten counts factors of one "
            "tenth, and yours is one quarter; and below the normal numbers the subnormal ones go "
            "on.",
            name="the exponent of ten of the smallest normal number",
            rtol=0.03,
        ),
        Misconception(
            45,
            "45 is the exponent of ten of the smallest subnormal number, about 1e-45. It counts "
            "factors of one tenth, and yours is one quarter.",
            name="the exponent of ten",
            rtol=0.03,
        ),
        Misconception(
            150,
            "You counted factors of one half: about 150 of them reach 0. A quarter is two halves, "
            "so each layer moves the exponent by 2.",
            name="one bit per layer",
            rtol=0.01,
        ),
        Misconception(
            538,
            "This is the answer for float64, whose smallest number is 2 to the -1074. Networks are "
            "usually trained in float32.",
            name="float64",
            rtol=0.003,
        ),
    ),
)
