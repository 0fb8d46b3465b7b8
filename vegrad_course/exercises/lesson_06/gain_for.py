"""gain_for(f): the weight scale with which a layer of activation f keeps the size of its signal."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_06._normal import GRID, average
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "With this gain, Var(z) = 1 goes into the activation, and Var(z) = 1 comes out of W."
    for name in rng.permutation(["relu", "tanh", "sigmoid", "gelu", "silu", "elu", "softplus"]):
        yield Case(str(name), {"f": str(name)}, expect)
    yield Case("SELU, which was made to need none", {"f": "selu"}, "Its second moment is 1.")
    yield Case("no activation at all", {"f": "positive"}, "A linear layer needs the gain 1.")


def judge(case, outputs):
    second_moment = average(oracle.value(case["f"], GRID) ** 2)
    return compare(outputs, 1 / np.sqrt(second_moment), rtol=5e-3)


def sqrt_omitted(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return 1 / (f(z) ** 2 @ density)


def from_the_variance(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    values = f(z)
    return 1 / np.sqrt(values**2 @ density - (values @ density) ** 2)


def upside_down(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return np.sqrt(f(z) ** 2 @ density)


def second_moment(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return f(z) ** 2 @ density


def square_of_the_mean(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return 1 / abs(f(z) @ density)


def squares_the_mean(f):
    z = np.linspace(-8, 8, 16_001)  # the lesson's grid: means of 0 get the same rounding error
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return 1 / np.sqrt(np.trapezoid(f(z) * density, z) ** 2)


def squares_the_function(f):
    return 1 / np.sqrt(np.mean(f**2))


def mean_size(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return 1 / (np.abs(f(z)) @ density)


def always_he(f):
    return np.sqrt(2)


def from_the_slopes(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return 1 / np.sqrt(np.gradient(f(z), z) ** 2 @ density)


def on_a_flat_grid(f):
    z = np.linspace(-8, 8, 16_001)
    return 1 / np.sqrt(np.mean(f(z) ** 2))


def squares_the_input(f):
    z = np.linspace(-8, 8, 16_001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    return 1 / np.sqrt(f(z**2) @ density)


def by_gauss_hermite(f):
    nodes, weights = np.polynomial.hermite_e.hermegauss(128)
    return (f(nodes) ** 2 @ weights / weights.sum()) ** -0.5


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "z has the variance 1. Which average of f(z) decides the variance of the next z?",
        "Var(z_next) = gain² · E[f(z)²]. Set it to 1, and solve for the gain.",
        "`normal_average` takes any function: `lambda z: f(z) ** 2` is one.",
    ),
    misconceptions=(
        Misconception(
            sqrt_omitted,
            "You returned 1 / E[f²]. That is the gain squared, as the variance of the weights has "
            "it. The gain scales the weights themselves: take the root.",
        ),
        Misconception(
            from_the_variance,
            "You used the variance of f(z), with the mean taken away. The weights do not know the "
            "mean: W a has the variance gain² · E[a²], the mean of a included. Use the second "
            "moment.",
            rtol=5e-3,  # also from a sample
        ),
        Misconception(
            squares_the_mean,
            "You squared the mean; average the squares: square f(z) first, then take the mean.",
        ),
        Misconception(
            squares_the_function,
            "f is a function, and a function has no square. Square what it returns: "
            "`lambda z: f(z) ** 2`.",
        ),
        Misconception(
            upside_down,
            "This is what the activation does to the size, and the gain must undo it: take the "
            "inverse.",
        ),
        Misconception(
            second_moment,
            "You returned E[f²] itself. The gain solves gain² · E[f²] = 1.",
        ),
        Misconception(
            square_of_the_mean,
            "You squared after the average (or not at all). The second moment is the mean of the "
            "squares: square f(z) first, then average.",
        ),
        Misconception(
            mean_size,
            "You averaged |f|. Variances add up by squares: square, average, and take the root.",
        ),
        Misconception(
            always_he,
            "√2 is the gain of ReLU. Each activation has its own: compute E[f²] of the f that "
            "comes in.",
        ),
        Misconception(
            from_the_slopes,
            "You averaged the squared slopes. That gives the gain that keeps the gradient. Asked "
            "is the one that keeps the signal on its way forward: average f squared.",
            rtol=0.01,  # any way to differentiate numerically
        ),
        Misconception(
            on_a_flat_grid,
            "You averaged over the grid, where z = 7 counts as much as z = 0. Average over a "
            "standard normal z: `normal_average`.",
        ),
        Misconception(
            squares_the_input,
            "You squared z before the activation. The second moment squares its output: f(z) ** 2.",
        ),
    ),
    alternatives=(by_gauss_hermite,),
)
