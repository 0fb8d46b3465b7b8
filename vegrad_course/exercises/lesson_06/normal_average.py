"""normal_average(f): the mean of f(z) when z is standard normal, by quadrature."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_06._normal import average_of
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "It is what the mean of f(z) comes close to, over very many standard normal z."
    functions = [
        ("square", "z², with the mean 1"),
        ("cos", "cos z, with the mean e^(-1/2)"),
        ("relu", "ReLU"),
        ("sigmoid", "sigmoid"),
        ("ones_like", "the constant 1"),
        ("gelu", "GELU"),
        ("exp", "e^z, most of which lies to the right of 0"),
    ]
    for i in rng.permutation(len(functions)):
        name, what = functions[i]
        yield Case(what, {"f": name}, expect)


def judge(case, outputs):
    # Gauss-Hermite nodes, a right answer too, see the kink of ReLU only roughly.
    rtol = 5e-3 if case["f"] == "relu" else 1e-6
    return compare(outputs, average_of(case["f"]), rtol=rtol)


def without_the_density(f):
    z = np.linspace(-8, 8, 16_001)
    return np.mean(f(z))


def sum_without_the_step(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.sum(f(z) * density)


def mean_of_the_products(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.mean(f(z) * density)


def area_without_the_density(f):
    z = np.linspace(-8, 8, 16_001)
    return np.trapezoid(f(z), z)


def density_without_its_constant(f):
    z = np.linspace(-8, 8, 16_001)
    return np.trapezoid(f(z) * np.exp(-(z**2) / 2), z)


def f_of_the_density(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.trapezoid(f(z * density), z)


def f_at_the_mean(f):
    return f(np.zeros(1))[0]


def nodes_of_the_other_hermite(f):
    nodes, weights = np.polynomial.hermite.hermgauss(100)
    return (f(nodes) * weights).sum() / np.sqrt(np.pi)


def weights_that_do_not_sum_to_one(f):
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    return (f(nodes) * weights).sum()


def half_the_line(f):
    z = np.linspace(0, 8, 8_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.trapezoid(f(z) * density, z)


def random_numbers(f):
    return np.mean(f(np.random.default_rng(0).normal(size=1_000_000)))


def by_gauss_hermite(f):
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    return f(nodes) @ weights / np.sqrt(2 * np.pi)


def by_weighted_mean(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.average(f(z), weights=density)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "A mean over random z counts each z as often as it comes. How often does z come?",
        "E[f(z)] is the area under f(z) · density(z). On the grid: multiply `f(z)` by "
        "`normal_density(z)`, entry by entry.",
        "`np.trapezoid(y, z)` is the area under the points (z, y).",
    ),
    misconceptions=(
        Misconception(
            without_the_density,
            "You took the plain mean over the grid. On the grid z = 7 comes as often as z = 0. "
            "In a normal sample it almost never comes. Weigh each value by `normal_density(z)`.",
        ),
        Misconception(
            area_without_the_density,
            "You took the area under f itself. What is asked for is the area under f times the "
            "density: each z counts as often as it comes.",
        ),
        Misconception(
            sum_without_the_step,
            "You added the products, without the width of a step. Twice as many grid points would "
            "double your answer. `np.trapezoid(..., z)` multiplies by the width.",
        ),
        Misconception(
            mean_of_the_products,
            "You took the mean of f times density. That divides by the length of the grid, 16. "
            "The area is asked for: the density has an area of 1 by itself.",
        ),
        Misconception(
            density_without_its_constant,
            "Your density lacks the factor 1/√(2π), so its area is 2.507 and not 1. The mean of "
            "the constant 1 must be 1: a good test.",
        ),
        Misconception(
            f_of_the_density,
            "You applied f to z times density. The density is a weight: it multiplies f(z), from "
            "outside.",
        ),
        Misconception(
            f_at_the_mean,
            "You returned f at the mean of z. The mean of f is another thing as soon as f is not "
            "a straight line: z² is 0 at z = 0, and yet its mean is 1.",
        ),
        Misconception(
            nodes_of_the_other_hermite,
            "`hermgauss` is made for the weight e^(-z²), a normal with variance 1/2. For variance "
            "1 take `np.polynomial.hermite_e.hermegauss`, or multiply the nodes by √2.",
            rtol=0.02,  # any number of nodes
        ),
        Misconception(
            weights_that_do_not_sum_to_one,
            "The weights of `hermegauss` add up to √(2π), not to 1. Divide by their sum.",
            rtol=0.02,  # any number of nodes
        ),
        Misconception(
            half_the_line,
            "You integrated over z >= 0 only. Negative z come just as often.",
        ),
        Misconception(
            random_numbers,
            "Your means are close, as those of a sample are: a million random numbers give about "
            "three digits. Use the grid, not random numbers. It gives six digits and more.",
            rtol=0.03,  # any sample
        ),
    ),
    alternatives=(by_gauss_hermite, by_weighted_mean),
)
