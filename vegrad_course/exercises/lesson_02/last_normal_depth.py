"""last_normal_depth: how many quarters can be multiplied before float32 loses digits."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_02._float32 import FACTORS, bits, products
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value
from vegrad_course.exercises.variants import varied


@varied(factor=tuple(FACTORS))
def exercise(factor):
    part, each = FACTORS[factor], bits(factor)
    last = 126 // each

    def cases(rng):
        expect = (
            f"{factor:g} to this power is still a normal float32, and one {part} more makes it "
            "subnormal."
        )
        yield Case("the last normal number", {}, expect)

    def judge(case, outputs):
        return compare(outputs, np.sum(products(factor) >= np.finfo(np.float32).tiny), rtol=0)

    return Exercise(
        points=1,
        cases=cases,
        judge=judge,
        collect=value,
        hints=(
            "Write your factor as a power of 2. How far does the exponent move at each layer?",
            "The exponent may go down to -126. Each layer takes the same number away from it: two "
            "for a quarter, three for an eighth.",
            "For a quarter you look for the largest L with -2 * L not below -126.",
        ),
        misconceptions=(
            Misconception(
                38,
                "38 is the exponent of ten of the smallest normal float32, about 1e-38. It counts "
                f"factors of one tenth. Your factor is one {part}.",
                name="the exponent of ten",
                rtol=0.03,
            ),
            Misconception(
                126,
                "You counted factors of one half: 126 of them lead to the last normal number. One "
                f"{part} is {each} halvings, so each layer moves the exponent by {each}.",
                name="one bit per layer",
                rtol=0.01,
            ),
            Misconception(
                149,
                "149 halvings lead to the smallest number of all, which is subnormal. Normal "
                f"numbers end at the exponent -126, and each layer, one {part}, moves it by "
                f"{each}.",
                name="the last exponent of all",
            ),
            Misconception(
                last - 1,
                f"You stopped one step early: there the exponent is {-each * (last - 1)}. One "
                f"{part} more makes it {-each * last}, and that is still normal.",
                name="one step early",
            ),
            Misconception(
                last + 1,
                f"You are one step too far: there the exponent is {-each * (last + 1)}, already "
                "below -126.",
                name="the first subnormal depth",
            ),
            Misconception(
                149 // each,
                "There float32 still holds a number, but a subnormal one, with digits missing. "
                "Normal numbers end earlier.",
                name="the last subnormal depth",
            ),
            Misconception(
                1022 // each,
                "This is the answer for float64, whose exponent goes down to -1022. Networks are "
                "usually trained in float32.",
                name="float64",
                rtol=0.003,
            ),
        ),
        equivalent={"126 -> 127": "127 halvings make 63 quarters, as 126 do: one half is left."},
    )
