"""tanh_grad(z): the slope of tanh at each z."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare, first_problem, quiet
from vegrad_course.exercises.lesson_01._inputs import elementwise_cases
from vegrad_course.exercises.model import Exercise, Misconception


def cases(rng):
    yield from elementwise_cases(
        rng,
        "It is 1 at z = 0, falls off on both sides alike, and is never negative.",
        "It fades to 0 on both sides, and numpy never warns.",
    )


def judge(case, outputs):
    z = case["z"]
    values = compare(outputs, oracle.slope("tanh", z), at=z, dtype=z.dtype)
    return first_problem(values, quiet(outputs))


def forgets_the_square(z):
    return 1 - np.tanh(z)


def sech(z):
    return 1 / np.cosh(np.clip(z, -80, 80))


def activates_twice(z):
    return 1 - np.tanh(np.tanh(z)) ** 2


def treats_z_as_activated(z):
    return 1 - z**2


def rule_of_the_sigmoid(z):
    return np.tanh(z) * (1 - np.tanh(z))


def squares_the_difference(z):
    return (1 - np.tanh(z)) ** 2


def quotient_by_hand(z):
    top, bottom = np.exp(z) - np.exp(-z), np.exp(z) + np.exp(-z)
    return 1 - (top / bottom) ** 2


def loses_float32(z):
    return 1 - np.tanh(np.array(z, dtype=np.float64)) ** 2


def cosh_overflows(z):
    return 1 / np.cosh(z) ** 2


def difference_of_squares(z):
    t = np.tanh(z)
    return (1 - t) * (1 + t)


def from_the_sigmoid(z):
    small = np.exp(-2 * np.abs(z))
    return 4 * small / (1 + small) ** 2


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "As with the sigmoid, the slope of tanh can be written with tanh itself.",
        "tanh is steepest where it is 0, and flat where it is near 1 or near -1. A square "
        "treats both ends alike.",
        "Compute `t = np.tanh(z)` and take its square away from 1.",
    ),
    misconceptions=(
        Misconception(
            forgets_the_square,
            "You computed 1 - tanh(z). On the left this is near 2, although the curve is flat "
            "there. Square tanh before you subtract it.",
        ),
        Misconception(
            sech,
            "You computed 1 / cosh(z). The derivative is its square. At z = 0 both are 1, so test "
            "somewhere else too.",
        ),
        Misconception(
            activates_twice,
            "tanh was applied twice. `z` comes in before any activation: one tanh is enough.",
        ),
        Misconception(
            treats_z_as_activated,
            "You computed 1 - z². That would be right if z were already tanh of something. Apply "
            "tanh first.",
        ),
        Misconception(
            rule_of_the_sigmoid,
            "t * (1 - t) is the rule for the sigmoid. At z = 0 it gives 0, but tanh is steepest "
            "there. Use the rule that was derived above.",
        ),
        Misconception(
            squares_the_difference,
            "You squared 1 - tanh(z) as a whole. Only tanh is squared, and then taken away from 1.",
        ),
        Misconception(
            quotient_by_hand,
            "The quotient is right on paper. Far out, top and bottom both become infinity, and "
            "infinity divided by infinity is NaN. `np.tanh` gives the quotient safely.",
        ),
        Misconception(
            loses_float32,
            "Your values are right, but float32 went in and float64 came out. Keep the dtype: do "
            "not convert `z`.",
        ),
        Misconception(
            cosh_overflows,
            "1 / cosh(z)² is right on paper, and cosh overflows far out. `np.tanh` never does: "
            "write the slope with it.",
        ),
    ),
    alternatives=(difference_of_squares, from_the_sigmoid),
)
