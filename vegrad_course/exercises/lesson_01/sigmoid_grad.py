"""sigmoid_grad(z): the slope of the sigmoid at each z."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare, first_problem, quiet
from vegrad_course.exercises.lesson_01._inputs import elementwise_cases
from vegrad_course.exercises.model import Exercise, Misconception


def cases(rng):
    yield from elementwise_cases(
        rng,
        "It is the steepness of the curve: largest at z = 0, the same at z and -z, never negative.",
        "It fades to 0 on both sides, and numpy never warns.",
    )


def judge(case, outputs):
    z = case["z"]
    values = compare(outputs, oracle.slope("sigmoid", z), at=z, dtype=z.dtype)
    return first_problem(values, quiet(outputs))


def returns_sigma(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def treats_z_as_activated(z):
    return z * (1 - z)


def activates_twice(z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    s = 0.5 * (1 + np.tanh(0.5 * s))
    return s * (1 - s)


def sigma_squared(z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return s**2


def distance_to_one(z):
    return 0.5 * (1 - np.tanh(0.5 * z))


def half_activated(z):
    return 0.5 * (1 + np.tanh(0.5 * z)) * (1 - z)


def rule_of_tanh(z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return 1 - s**2


def missing_parentheses(z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return s * 1 - s


def wrong_sign(z):
    s = 0.5 * (1 + np.tanh(0.5 * z))
    return s * (s - 1)


def raw_quotient(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def product_of_both_sides(z):
    return 0.25 * (1 + np.tanh(0.5 * z)) * (1 - np.tanh(0.5 * z))


def even_form(z):
    small = np.exp(-np.abs(z))
    return small / (1 + small) ** 2


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Differentiate 1 / (1 + exp(-z)), then write the result with sigma itself.",
        "The result is a product of two factors. One is sigma. The other is how far sigma is "
        "from 1.",
        "Call your own `sigmoid(z)` once and keep its result in a variable. Both factors "
        "need only that.",
    ),
    misconceptions=(
        Misconception(
            returns_sigma,
            "You returned sigma, the height of the curve. The exercise asks for its slope. You "
            "have one of two factors: what is the other?",
        ),
        Misconception(
            treats_z_as_activated,
            "You computed z * (1 - z). That would be right if z were already sigma. Here z is the "
            "input of the sigmoid, so apply `sigmoid` first.",
        ),
        Misconception(
            activates_twice,
            "The sigmoid was applied twice: once to z, and again to the result. `z` comes in "
            "before any activation, so one call of `sigmoid` is enough.",
        ),
        Misconception(
            sigma_squared,
            "You returned sigma squared. It keeps rising to 1 on the right, where the curve is "
            "flat. The second factor is the distance to 1, not sigma again.",
        ),
        Misconception(
            distance_to_one,
            "You returned 1 - sigma, which is the second factor alone. It is largest on the left, "
            "where the curve is flat. Multiply it by the first factor.",
        ),
        Misconception(
            half_activated,
            "You computed sigmoid(z) * (1 - z). The first factor is right. In the second, too, "
            "sigma has to stand, not its input z.",
        ),
        Misconception(
            rule_of_tanh,
            "1 minus the square is the rule for tanh. The sigmoid has its own: a product of sigma "
            "and its distance to 1.",
        ),
        Misconception(
            missing_parentheses,
            "`s * 1 - s` multiplies first and then subtracts, which leaves 0 everywhere. Put the "
            "distance to 1 in parentheses.",
        ),
        Misconception(
            wrong_sign,
            "Your slope is negative, but the sigmoid rises everywhere. The second factor is one "
            "minus sigma, not sigma minus one.",
        ),
        Misconception(
            raw_quotient,
            "exp(-z) is correct on paper, and overflows for large negative z. Write the slope with "
            "your stable `sigmoid` instead of a new exp.",
        ),
    ),
    alternatives=(product_of_both_sides, even_form),
)
