"""leaky_moments(a): mean and variance of leaky ReLU of a standard normal z."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_06._normal import average, leaky_on_grid
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import pair


def cases(rng):
    expect = "Mean and variance are those of very many values leaky(z), with z standard normal."
    for a in (0.1, 0.01, 0.25, float(rng.uniform(0.4, 0.8))):
        yield Case(f"a = {a:.3g}", {"a": a}, expect)
    yield Case("a = 0", {"a": 0.0}, "This is ReLU: its mean is 1/√(2π), about 0.399.")
    yield Case("a = 1", {"a": 1.0}, "This is z itself: mean 0, variance 1.")


def judge(case, outputs):
    values = leaky_on_grid(case["a"])
    mean = average(values)
    variance = average((values - mean) ** 2)
    return first_problem(
        compare(outputs, mean, part="mean", rtol=5e-3, atol=1e-3),
        compare(outputs, variance, part="variance", rtol=5e-3),
    )


def the_claim(a):
    return 0.0, (1 + a**2) / 2


def second_moment(a):
    return (1 - a) / np.sqrt(2 * np.pi), (1 + a**2) / 2


def mean_not_squared(a):
    return (1 - a) / np.sqrt(2 * np.pi), (1 + a**2) / 2 - (1 - a) / np.sqrt(2 * np.pi)


def halves_added(a):
    mean = (1 + a) / np.sqrt(2 * np.pi)
    return mean, (1 + a**2) / 2 - mean**2


def standard_deviation(a):
    return (1 - a) / np.sqrt(2 * np.pi), np.sqrt(
        (1 + a**2) / 2 - ((1 - a) / np.sqrt(2 * np.pi)) ** 2
    )


def the_right_half_twice(a):
    mean = (1 - a) * np.sqrt(2 / np.pi)
    return mean, (1 + a**2) / 2 - mean**2


def the_slopes(a):
    return (1 + a) / 2, (1 + a**2) / 2 - ((1 + a) / 2) ** 2


def halves_for_means(a):
    return (1 - a) / 2, (1 + a**2) / 2 - ((1 - a) / 2) ** 2


def turned_round(a):
    return (1 + a**2) / 2 - ((1 - a) / np.sqrt(2 * np.pi)) ** 2, (1 - a) / np.sqrt(2 * np.pi)


def flat_grid(a):
    z = np.linspace(-8, 8, 16_001)
    values = np.where(z > 0, z, a * z)
    return values.mean(), values.var()


def by_quadrature(a):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2)
    values = np.where(z > 0, z, a * z)
    mean = np.average(values, weights=density)
    return mean, np.average((values - mean) ** 2, weights=density)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=pair("mean", "variance"),
    hints=(
        "Do not think of formulas first. `normal_average` gives the mean of any function of z.",
        "The mean is E[f]. The variance is the mean of (f - mean)², or E[f²] - mean².",
        "Define f by np.where(z > 0, z, a * z). Use normal_average once for f and once for f ** 2, "
        "and return two numbers: mean, variance.",
    ),
    misconceptions=(
        Misconception(
            the_claim,
            "This is the claim on trial. Is the mean 0? Leaky ReLU shrinks the negative half and "
            "leaves the positive half as it is. Average a sample, and look.",
        ),
        Misconception(
            second_moment,
            "Your mean is right. Your variance is the second moment, E[f²]. The two are equal only "
            "where the mean is 0: take mean² away.",
        ),
        Misconception(
            mean_not_squared,
            "You took the mean away from the second moment. It is the square of the mean that must "
            "go.",
        ),
        Misconception(
            halves_added,
            "You added the two halves. On the left z is negative, and so is a z: that half pulls "
            "the mean down, so the mean holds 1 - a.",
        ),
        Misconception(
            standard_deviation,
            "Your second number is the standard deviation. The variance is its square.",
        ),
        Misconception(
            the_right_half_twice,
            "Your mean is twice too large. √(2/π) is the mean of |z|, from both sides together: "
            "each side gives half of it.",
        ),
        Misconception(
            the_slopes,
            "You averaged the slopes, 1 and a. Average the values: z on the right and a z on the "
            "left.",
        ),
        Misconception(
            halves_for_means,
            "Your mean is (1 - a)/2. Half of all z are positive, but their mean is not 1: over all "
            "z, the mean of max(0, z) is 1/√(2π), about 0.399, and not 1/2.",
        ),
        Misconception(
            turned_round,
            "You returned the variance first. The order is mean, variance.",
        ),
        Misconception(
            flat_grid,
            "You took mean and variance over the grid, where z = 7 counts as much as z = 0. Weigh "
            "by the density: `normal_average`.",
        ),
    ),
    alternatives=(by_quadrature,),
    equivalent={"z > 0 -> z >= 0": "At z = 0 both sides of leaky ReLU are 0."},
)
