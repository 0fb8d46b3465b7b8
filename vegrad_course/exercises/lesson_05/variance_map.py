"""variance_map(q, sigma_w2, sigma_b2, f): the variance of z one layer further on."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import next_variance
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "The weights multiply the mean of f(z) squared; the biases add their own variance."
    for name, q, sigma_w2, sigma_b2 in (
        ("tanh", 1.7, 1.4, 0.05),
        ("tanh", 0.2, 2.5, 0.3),
        ("relu", 1.3, 1.8, 0.1),
        ("sigmoid", 0.8, 4.0, 0.2),
        ("sin", 2.2, 0.6, 0.0),
    ):
        inputs = {
            "q": float(np.round(q * rng.uniform(0.9, 1.1), 3)),
            "sigma_w2": sigma_w2,
            "sigma_b2": sigma_b2,
            "f": name,
        }
        yield Case(f"{name}, q = {inputs['q']}", inputs, expect)


def judge(case, outputs):
    due = next_variance(case["q"], case["sigma_w2"], case["sigma_b2"], case["f"])
    return compare(outputs, due, rtol=2e-3)


def forgets_the_bias(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2 * np.sum(weights * a**2)


def bias_multiplies_too(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2 * (np.sum(weights * a**2) + sigma_b2)


def squares_the_variances(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2**2 * np.sum(weights * a**2) + sigma_b2**2


def squares_the_weights(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2**2 * np.sum(weights * a**2) + sigma_b2


def squares_the_bias(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2 * np.sum(weights * a**2) + sigma_b2**2


def square_of_the_mean(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2 * np.sum(weights * a) ** 2 + sigma_b2


def forgets_the_square(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2 * np.sum(weights * a) + sigma_b2


def variance_for_second_moment(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(np.sqrt(q) * u)
    return sigma_w2 * (np.sum(weights * a**2) - np.sum(weights * a) ** 2) + sigma_b2


def f_at_one_standard_deviation(q, sigma_w2, sigma_b2, f):
    return sigma_w2 * float(f(np.array(np.sqrt(q)))) ** 2 + sigma_b2


def as_if_linear(q, sigma_w2, sigma_b2, f):
    return sigma_w2 * q + sigma_b2


def variance_for_standard_deviation(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(q * u)
    return sigma_w2 * np.sum(weights * a**2) + sigma_b2


def always_variance_one(q, sigma_w2, sigma_b2, f):
    u = np.linspace(-8, 8, 1601)
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    a = f(u)
    return sigma_w2 * np.sum(weights * a**2) + sigma_b2


def by_gauss_hermite(q, sigma_w2, sigma_b2, f):
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    return sigma_w2 * (weights @ f(np.sqrt(q) * nodes) ** 2) / np.sqrt(2 * np.pi) + sigma_b2


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Read the sum z = sum of w a, plus b, from left to right. What does each part add to the "
        "variance?",
        "Products of a weight and an activation have the variance Var(w) times the mean of a "
        "squared, since w has mean 0. There are n of them, and n Var(w) = sigma_w2.",
        "Your `gaussian_mean` takes a function: `lambda z: f(z) ** 2`. Multiply its mean by "
        "sigma_w2, and add sigma_b2 at the end.",
    ),
    misconceptions=(
        Misconception(forgets_the_bias, "The bias is missing: it adds sigma_b2 to every layer."),
        Misconception(
            bias_multiplies_too,
            "You multiplied the bias by sigma_w2. The bias is added after the weights have done "
            "their work, so its variance is added as it is.",
        ),
        Misconception(
            squares_the_variances,
            "You squared sigma_w2 and sigma_b2. The 2 in the name says that they are squares "
            "already: they are variances.",
        ),
        Misconception(
            squares_the_weights,
            "You squared sigma_w2. The 2 in the name says it: sigma_w2 is already a variance.",
        ),
        Misconception(
            squares_the_bias,
            "You squared sigma_b2. The 2 in the name says it: sigma_b2 is already a variance.",
        ),
        Misconception(
            square_of_the_mean,
            "You squared the mean of f. What the weights multiply is the mean of the squares: "
            "square f first, average afterwards. For tanh the mean of f is 0 at any q.",
        ),
        Misconception(
            forgets_the_square,
            "You averaged f itself. A variance is made of squares: average f(z) ** 2.",
        ),
        Misconception(
            variance_for_second_moment,
            "You took the variance of f(z), with the mean subtracted. The weights do not know the "
            "mean: each product w a has the variance Var(w) times the mean of a squared. So it is "
            "the mean of the squares, and nothing is subtracted. For tanh alone the two agree.",
        ),
        Misconception(
            f_at_one_standard_deviation,
            "You took f at one standard deviation. The units of the layer have all kinds of z: "
            "average over them with your `gaussian_mean`.",
        ),
        Misconception(
            as_if_linear,
            "This is the map of a layer without an activation. Put the mean of f(z) squared where "
            "q stands.",
        ),
        Misconception(
            variance_for_standard_deviation,
            "Your z has the variance q squared. Pass q itself to `gaussian_mean`: it takes a "
            "variance.",
        ),
        Misconception(
            always_variance_one,
            "Your z has variance 1, whatever q is. Pass q to `gaussian_mean`.",
        ),
    ),
    alternatives=(by_gauss_hermite,),
)
