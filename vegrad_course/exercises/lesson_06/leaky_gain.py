"""leaky_gain(a): the gain of leaky ReLU with negative slope a, as a formula."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_06._normal import average, leaky_on_grid
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "gain² times the second moment of leaky ReLU is 1."
    for a in (0.01, 0.1, 0.3, float(rng.uniform(0.4, 0.9)), 2.5):
        yield Case(f"a = {a:.3g}", {"a": a}, expect)
    yield Case("a = 0", {"a": 0.0}, "This is ReLU, with the gain √2.")
    yield Case("a = 1", {"a": 1.0}, "This is a straight line, with the gain 1.")
    yield Case("a = -1", {"a": -1.0}, "This is |z|. Its squares are those of z: the gain is 1.")


def judge(case, outputs):
    second_moment = average(leaky_on_grid(case["a"]) ** 2)
    return compare(outputs, 1 / np.sqrt(second_moment), rtol=1e-4)


def sqrt_omitted(a):
    return 2 / (1 + a**2)


def without_the_leak(a):
    return np.sqrt(2)


def from_the_variance(a):
    return 1 / np.sqrt((1 + a**2) / 2 - (1 - a) ** 2 / (2 * np.pi))


def upside_down(a):
    return np.sqrt((1 + a**2) / 2)


def slope_not_squared(a):
    return np.sqrt(2 / (1 + a))


def squares_the_sum(a):
    return np.sqrt(2 / (1 + a) ** 2)


def root_over_one_plus_a(a):
    return np.sqrt(2) / (1 + a)


def two_forgotten(a):
    return np.sqrt(1 / (1 + a**2))


def only_the_two_under_the_root(a):
    return np.sqrt(2) / (1 + a**2)


def by_quadrature(a):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2)
    return 1 / np.sqrt(np.average(np.where(z > 0, z, a * z) ** 2, weights=density))


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    hints=(
        "Half of all z are positive. What does each half give to E[f(z)²]?",
        "E[z²] = 1, so the right half gives 1/2. The left half gives the same, times the square "
        "of a number.",
        "The second moment is (1 + a²) / 2. Now solve gain² · second moment = 1 for the gain.",
    ),
    misconceptions=(
        Misconception(
            sqrt_omitted,
            "This is the gain squared: with it, the variance of the weights would be right. The "
            "gain itself is its root.",
        ),
        Misconception(
            without_the_leak,
            "√2 is the gain of plain ReLU. The leak lets a part of the left half through, so less "
            "has to be made up for.",
        ),
        Misconception(
            from_the_variance,
            "You took the mean away. The weights meet the activation as it is, its mean included: "
            "what counts is the second moment.",
        ),
        Misconception(
            upside_down,
            "This is what the activation leaves of the size. The gain must undo it: take the "
            "inverse.",
        ),
        Misconception(
            slope_not_squared,
            "The left half is a z, and its square is a² z². In your formula a is not squared.",
        ),
        Misconception(
            squares_the_sum,
            "You squared the sum 1 + a. The two halves never meet in one z: square each, then add.",
        ),
        Misconception(
            root_over_one_plus_a,
            "You divide √2 by 1 + a, as if sizes added up. It is the squares that add up: the "
            "second moment is (1 + a²) / 2, and the gain is the root of its inverse.",
        ),
        Misconception(
            two_forgotten,
            "Each half holds only half of all z, so the second moment is (1 + a²) / 2. Your "
            "formula lacks the 2: test it with a = 1, a straight line, which needs the gain 1.",
        ),
        Misconception(
            only_the_two_under_the_root,
            "You took the root of 2 only. The root goes over the whole fraction.",
        ),
    ),
    alternatives=(by_quadrature,),
)
