"""gaussian_mean(f, q): the mean of f(z) for z drawn from a normal distribution of variance q."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import call

EXACT = {
    "square": lambda q: q,
    "cos": lambda q: np.exp(-q / 2),
    "exp": lambda q: np.exp(q / 2),
    "sigmoid": lambda q: 0.5,
}


def cases(rng):
    for name, words in {
        "square": "The mean of z squared is the variance itself.",
        "cos": "On paper the mean of cos(z) is e to the power of -q/2.",
        "exp": "On paper the mean of exp(z) is e to the power of q/2.",
        "sigmoid": "By symmetry the mean of the sigmoid is one half.",
    }.items():
        q = float(np.round(rng.uniform(1.5, 2.5), 2))
        yield Case(f"f is {name}", {"f": name, "q": q}, words)
    yield Case("a small variance", {"f": "cos", "q": 0.3}, "It is e to the power of -q/2.")


def collect(answer, case):
    """Asked twice: random sampling does not give the same mean again."""
    return {"result": call(answer, case), "again": call(answer, case)}


def judge(case, outputs):
    due = EXACT[case["f"]](case["q"])
    verdict = compare(outputs, due, rtol=1e-3)
    if verdict.kind != "value":
        return verdict
    first, again = float(outputs["result"]), float(outputs["again"])
    if first != again:
        return failed(
            "value",
            f"your answer is {first:.6g}, and {again:.6g} when asked again. Random sampling leaves "
            "such differences; a fine grid does not.",
        )
    if first > 28 * due:
        return failed(
            "value",
            f"your answer is {first:.6g}, far too large for a mean. Did you divide by the sum of "
            "the weights?",
        )
    return verdict


def variance_for_standard_deviation(f, q):
    z = np.linspace(-8, 8, 1601)
    weights = np.exp(-(z**2) / 2)
    return np.sum(weights * f(q * z)) / np.sum(weights)


def forgets_the_variance(f, q):
    z = np.linspace(-8, 8, 1601)
    weights = np.exp(-(z**2) / 2)
    return np.sum(weights * f(z)) / np.sum(weights)


def f_of_the_mean(f, q):
    return float(f(np.array(0.0)))


def f_at_one_standard_deviation(f, q):
    return float(f(np.array(np.sqrt(q))))


def every_z_counts_the_same(f, q):
    return np.mean(f(np.sqrt(q) * np.linspace(-8, 8, 1601)))


def not_divided(f, q):
    z = np.linspace(-8, 8, 1601)
    return np.sum(np.exp(-(z**2) / 2) * f(np.sqrt(q) * z))


def density_without_the_half(f, q):
    z = np.linspace(-8, 8, 1601)
    weights = np.exp(-(z**2))
    return np.sum(weights * f(np.sqrt(q) * z)) / np.sum(weights)


def sum_without_the_step(f, q):
    z = np.linspace(-8, 8, 1601)
    return np.sum(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * f(np.sqrt(q) * z))


def density_not_normalised(f, q):
    z = np.linspace(-8, 8, 1601)
    return np.sum(np.exp(-(z**2) / 2) * f(np.sqrt(q) * z)) * 0.01


def by_sampling(f, q):
    return np.mean(f(np.sqrt(q) * np.random.default_rng(7).normal(size=20_000)))


def by_gauss_hermite(f, q):
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    return weights @ f(np.sqrt(q) * nodes) / np.sqrt(2 * np.pi)


def by_physicists_nodes(f, q):
    nodes, weights = np.polynomial.hermite.hermgauss(60)
    return weights @ f(np.sqrt(2 * q) * nodes) / np.sqrt(np.pi)


def by_the_density_of_q(f, q):
    z = np.linspace(-20, 20, 40_001)
    return np.trapezoid(f(z) * np.exp(-(z**2) / (2 * q)) / np.sqrt(2 * np.pi * q), z)


exercise = Exercise(
    points=2,
    cases=cases,
    collect=collect,
    judge=judge,
    hints=(
        "A mean is a sum in which each value counts as often as it turns up. A standard normal z "
        "turns up in proportion to exp(-z**2 / 2).",
        "Take a fine grid of z from -8 to 8. Give each point the weight exp(-z**2 / 2). Sum the "
        "weights times f, and divide by the sum of the weights.",
        "The grid is for variance 1. For variance q use f(np.sqrt(q) * z): a number drawn with "
        "variance q is the root of q times a standard normal one.",
    ),
    misconceptions=(
        Misconception(
            variance_for_standard_deviation,
            "Your z has the variance q squared. Either you multiplied by q: a standard deviation "
            "stretches z, so multiply by the root of q. Or q comes in twice, in f(sqrt(q) u) and "
            "in weights exp(-u**2 / (2 q)): on a grid of standard normal u they are "
            "exp(-u**2 / 2).",
            rtol=0.02,
        ),
        Misconception(
            forgets_the_variance,
            "Your z has variance 1, whatever q is. Stretch it by the root of q.",
        ),
        Misconception(
            f_of_the_mean,
            "You took f at the mean of z. The mean of f is another thing: f bends, and the two "
            "sides do not cancel. Average over all z.",
        ),
        Misconception(
            f_at_one_standard_deviation,
            "You took f at one place, one standard deviation out. Average over all z, each "
            "weighted by how often it turns up.",
        ),
        Misconception(
            every_z_counts_the_same,
            "In your mean every z of the grid counts the same. A normal z is rarely far from 0: "
            "weight each by exp(-z**2 / 2).",
            rtol=0.05,
        ),
        Misconception(
            not_divided,
            "You summed the weights times f. Divide by the sum of the weights, and it is a mean.",
        ),
        Misconception(
            density_without_the_half,
            "Your weights are exp(-z**2). That is a normal distribution of variance one half. The "
            "exponent is -z**2 / 2. Numpy's `hermgauss` has the same weight; `hermegauss`, with "
            "an e, has ours.",
        ),
        Misconception(
            sum_without_the_step,
            "You summed the density times f and left out the width of the steps. Multiply by it, "
            "or divide by the sum of the weights.",
        ),
        Misconception(
            density_not_normalised,
            "Your weights do not add up to 1: the factor 1 / sqrt(2 pi) is missing. Dividing by "
            "the sum of the weights puts it right without a formula.",
        ),
        Misconception(
            by_sampling,
            "You are close. Drawing random numbers leaves an error that shrinks only with the root "
            "of their count; three digits are asked for. A fine grid of z, from -8 to 8, is exact "
            "enough and faster.",
            rtol=0.05,
        ),
    ),
    alternatives=(by_gauss_hermite, by_physicists_nodes, by_the_density_of_q),
    equivalent={
        "8 -> 9": "A normal z is never beyond 8: a wider grid gives the same mean.",
        "8 -> 9 (#2)": "A normal z is never beyond 8: a wider grid gives the same mean.",
        "1601 -> 1602": "One point more in a fine grid changes nothing.",
    },
)
