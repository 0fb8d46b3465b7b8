"""last_normal_depth: how many quarters can be multiplied before float32 loses digits."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    yield Case(
        "the last normal number",
        {},
        "0.25 to this power is still a normal float32, and one quarter more makes it subnormal.",
    )


def judge(case, outputs):
    products = np.cumprod(np.full(200, 0.25, dtype=np.float32))
    return compare(outputs, np.sum(products >= np.finfo(np.float32).tiny), rtol=0)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Write one quarter as a power of 2. How far does the exponent move at each layer?",
        "The exponent may go down to -126. Each layer takes two away from it.",
        "You look for the largest L with -2 * L not below -126.",
    ),
    misconceptions=(
        Misconception(
            38,
            "38 is the exponent of ten of the smallest normal float32, about 1e-38. It counts "
            "factors of one tenth. A factor of one quarter is milder, so more of them fit.",
            name="the exponent of ten",
        ),
        Misconception(
            126,
            "126 counts factors of one half. A quarter is two halves: each layer moves the "
            "exponent by 2.",
            name="one bit per layer",
        ),
        Misconception(
            127,
            "127 is one past the exponent range, and it counts factors of one half. Each layer "
            "moves the exponent by 2, and -126 is still normal.",
            name="one bit per layer, and one more",
        ),
        Misconception(
            64,
            "You are one step too far: there the exponent is -128, already below -126.",
            name="the first subnormal depth",
        ),
        Misconception(
            74,
            "There float32 still holds a number, but a subnormal one, with digits missing. Normal "
            "numbers end earlier.",
            name="the last subnormal depth",
        ),
        Misconception(
            511,
            "This is the answer for float64, whose exponent goes down to -1022. Networks are "
            "usually trained in float32.",
            name="float64",
        ),
    ),
)
