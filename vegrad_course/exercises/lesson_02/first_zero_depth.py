"""first_zero_depth: how many quarters make exactly 0 in float32."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_02._float32 import FACTORS, bits, products
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value
from vegrad_course.exercises.variants import varied


@varied(factor=tuple(FACTORS))
def exercise(factor):
    part, each = FACTORS[factor], bits(factor)
    first = 149 // each + 1
    alive, gone = -each * (first - 1), -each * first

    def cases(rng):
        expect = (
            f"One {part} less is still a number above 0, and with this many float32 holds exactly "
            "0."
        )
        yield Case("the first exact zero", {}, expect)

    def judge(case, outputs):
        return compare(outputs, 1 + np.sum(products(factor) > 0), rtol=0)

    return Exercise(
        points=1,
        cases=cases,
        judge=judge,
        collect=value,
        hints=(
            "Below the normal numbers there are the subnormal ones. The smallest is 2 to the -149.",
            "Which products can still be held? With a quarter, every even exponent down to the "
            "last one that is not below -149. Then one more layer.",
            "With a quarter the product after L layers is 2 to the power -2L, with an eighth it is "
            "2 to the -3L. Find the first L at which the exponent is below -149, and ask what "
            "that number is rounded to.",
        ),
        misconceptions=(
            Misconception(
                first - 1,
                f"There the product is 2 to the {alive}, still above 0. One more {part}, and it is "
                "gone.",
                name="the last depth above zero",
            ),
            Misconception(
                first + 1,
                f"You are one step too far. At {first - 1} the product is 2 to the {alive}. One "
                f"more {part} gives 2 to the {gone}. What lies in the middle between 0 and the "
                "smallest number, or below, goes to 0.",
                name="one step too far",
            ),
            Misconception(
                126 // each + 1,
                "Around there the product leaves the normal numbers. It is not 0 yet: the "
                "subnormal numbers go on, with fewer and fewer digits.",
                name="the end of the normal numbers",
                rtol=0.02,
            ),
            Misconception(
                38,
                "1e-38 is about the smallest normal float32. The exponent of ten counts factors of "
                f"one tenth, and yours is one {part}; and below the normal numbers the subnormal "
                "ones go on.",
                name="the exponent of ten of the smallest normal number",
                rtol=0.03,
            ),
            Misconception(
                45,
                "45 is the exponent of ten of the smallest subnormal number, about 1e-45. It "
                f"counts factors of one tenth, and yours is one {part}.",
                name="the exponent of ten",
                rtol=0.03,
            ),
            Misconception(
                150,
                "You counted factors of one half: about 150 of them reach 0. One "
                f"{part} is {each} halvings, so each layer moves the exponent by {each}.",
                name="one bit per layer",
                rtol=0.01,
            ),
            Misconception(
                1074 // each + 1,
                "This is the answer for float64, whose smallest number is 2 to the -1074. Networks "
                "are usually trained in float32.",
                name="float64",
                rtol=0.003,
            ),
        ),
    )
