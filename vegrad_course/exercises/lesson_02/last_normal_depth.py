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
            rtol=0.03,
        ),
        Misconception(
            126,
            "You counted factors of one half: 126 of them lead to the last normal number. A "
            "quarter is two halves, so each layer moves the exponent by 2.",
            name="one bit per layer",
            rtol=0.01,
        ),
        Misconception(
            149,
            "149 halvings lead to the smallest number of all, which is subnormal. Normal numbers "
            "end at the exponent -126, and each layer, a quarter, moves it by 2.",
            name="the last exponent of all",
        ),
        Misconception(
            62,
            "You stopped one step early: there the exponent is -124. One more quarter makes it "
            "-126, and that is still normal.",
            name="one step early",
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
            rtol=0.003,
        ),
    ),
)
