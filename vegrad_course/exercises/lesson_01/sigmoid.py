"""sigmoid(z): stable for |z| up to 1e4, without a warning; keeps shape and dtype."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare, first_problem, quiet
from vegrad_course.exercises.lesson_01._inputs import elementwise_cases
from vegrad_course.exercises.model import Exercise, Misconception


def cases(rng):
    yield from elementwise_cases(
        rng,
        "It lies between 0 and 1, equals 0.5 at z = 0, and rises from left to right.",
        "It is 0 far to the left and 1 far to the right, and numpy never warns.",
    )


def judge(case, outputs):
    z = case["z"]
    values = compare(outputs, oracle.value("sigmoid", z), at=z, dtype=z.dtype)
    return first_problem(values, quiet(outputs))


def naive_exp(z):
    return 1 / (1 + np.exp(-z))


def where_computes_both(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def if_for_an_array(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


def missing_parentheses(z):
    return 1 / 1 + np.exp(-z)


def both_sides_alike(z):
    return 1 / (1 + np.exp(-np.abs(z)))


def sign_flipped(z):
    return 1 / (1 + np.exp(z))


def exp_over_exp(z):
    return np.exp(z) / (1 + np.exp(z))


def loses_float32(z):
    z = np.array(z, dtype=np.float64)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def by_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def by_clipping(z):
    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))


def by_masks(z):
    result = np.empty_like(z)
    right = z >= 0
    result[right] = 1 / (1 + np.exp(-z[right]))
    result[~right] = np.exp(z[~right]) / (1 + np.exp(z[~right]))
    return result


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "The formula 1 / (1 + exp(-z)) is right on paper. Which z makes exp(-z) too large "
        "for the computer?",
        "Use each form on its own side. But mind that `np.where` computes both of its choices for "
        "every z, before it picks one.",
        "The number `small = np.exp(-np.abs(z))` is never above 1, so it never overflows. For "
        "z >= 0 it is exp(-z), for z < 0 it is exp(z). Write both forms with it; their bottoms are "
        "equal, and only the tops differ.",
    ),
    misconceptions=(
        Misconception(
            where_computes_both,
            "Both forms are right, each on its own side. But `np.where` is an ordinary function: "
            "Python computes both of its arguments for all z before it picks. So exp still "
            "meets 10000. Give exp a number that is never positive on either side, such as "
            "`-np.abs(z)`, and pick afterwards.",
        ),
        Misconception(
            if_for_an_array,
            "`if` asks for one True or False, and `z >= 0` is a whole array of them. To choose "
            "entry by entry, use `np.where(condition, a, b)`.",
        ),
        Misconception(
            missing_parentheses,
            "`1 / 1 + np.exp(-z)` divides first and then adds. Put the sum 1 + exp(-z) in "
            "parentheses.",
        ),
        Misconception(
            both_sides_alike,
            "The absolute value made both sides alike: your curve is never below one half. On the "
            "left you need the other form, with exp(z) on top as well.",
        ),
        Misconception(
            naive_exp,
            "Your formula is right on paper, but at z = -10000 it asks for exp(10000), which no "
            "float can hold. Numpy warns and goes on with infinity. Arrange it so that exp only "
            "ever sees numbers that are zero or negative.",
        ),
        Misconception(
            sign_flipped,
            "Your curve falls where the sigmoid rises: you have computed sigmoid(-z). Look at the "
            "sign inside exp.",
        ),
        Misconception(
            exp_over_exp,
            "At z = 10000 both exp(z) and 1 + exp(z) become infinity, and infinity divided by "
            "infinity is NaN. Keep this form for negative z only.",
        ),
        Misconception(
            loses_float32,
            "Your values are right, but float32 went in and float64 came out. Networks are trained "
            "in float32, so keep the dtype: do not convert `z`.",
        ),
    ),
    alternatives=(by_tanh, by_clipping, by_masks),
    equivalent={"z >= 0 -> z > 0": "At z = 0 both forms give one half."},
)
