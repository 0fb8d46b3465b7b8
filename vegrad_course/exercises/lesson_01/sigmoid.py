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
        "Multiply top and bottom by exp(z). You get a second form that is safe for negative z. "
        "Use each form on its own side.",
        "The number `small = np.exp(-np.abs(z))` is never above 1. Write both forms with it, and "
        "let `np.where(z >= 0, ..., ...)` choose.",
    ),
    misconceptions=(
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
