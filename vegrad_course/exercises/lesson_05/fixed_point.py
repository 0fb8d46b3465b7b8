"""fixed_point(sigma_w2, sigma_b2, f): the variance that a deep stack of layers settles at."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import next_variance, settled
from vegrad_course.exercises.model import Case, Exercise, Misconception, failed


def cases(rng):
    expect = "One layer more gives the same variance again: variance_map(q) = q."
    for name, sigma_w2, sigma_b2 in (
        ("tanh", 0.5, 0.05),
        ("tanh", 1.9, 0.05),
        ("tanh", 2.5, 0.0),
        ("relu", 1.8, 0.3),
        ("sigmoid", 4.0, 0.2),
    ):
        sigma_w2 = float(np.round(sigma_w2 * rng.uniform(0.97, 1.03), 3))
        inputs = {"sigma_w2": sigma_w2, "sigma_b2": sigma_b2, "f": name}
        yield Case(f"{name}, sigma_w2 = {sigma_w2}, sigma_b2 = {sigma_b2}", inputs, expect)


def judge(case, outputs):
    due = settled(case["sigma_w2"], case["sigma_b2"], case["f"])
    verdict = compare(outputs, due, rtol=2e-3)
    if verdict.kind != "value" or not 0.7 * due < outputs["result"] < 1.3 * due:
        return verdict
    q = float(outputs["result"])
    after = next_variance(q, case["sigma_w2"], case["sigma_b2"], case["f"])
    return failed(
        "value", f"your answer is {q:.6g}, and one layer more makes it {after:.6g}: it still moves."
    )


def always_one(sigma_w2, sigma_b2, f):
    return 1.0


def one_step(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(1):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    return q


def too_few_steps(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(5):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    return q


def stops_too_early(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(25):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    return q


def starts_at_zero(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 0.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    return q


def variance_of_the_activation(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    return np.sum(weights * f(np.sqrt(q) * u) ** 2)


def forgets_the_bias(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2)
    return q


def standard_deviation(sigma_w2, sigma_b2, f):
    u, q = np.linspace(-8, 8, 401), 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(150):
        q = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2
    return np.sqrt(q)


def sum_of_the_variances(sigma_w2, sigma_b2, f):
    return sigma_w2 + sigma_b2


def until_it_stops(sigma_w2, sigma_b2, f):
    u, q, new = np.linspace(-8, 8, 401), 0.0, 1.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    while abs(new - q) > 1e-10:
        q, new = new, sigma_w2 * np.sum(weights * f(np.sqrt(new) * u) ** 2) + sigma_b2
    return new


def by_halving(sigma_w2, sigma_b2, f):
    u, low, high = np.linspace(-8, 8, 401), 1e-9, 100.0
    weights = np.exp(-(u**2) / 2) / np.sum(np.exp(-(u**2) / 2))
    for _ in range(80):
        q = (low + high) / 2
        grows = sigma_w2 * np.sum(weights * f(np.sqrt(q) * u) ** 2) + sigma_b2 > q
        low, high = (q, high) if grows else (low, q)
    return q


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "You want the q at which one layer more changes nothing. What happens if you simply apply "
        "the map again and again?",
        "Start from some positive variance, such as 1, and replace q by `variance_map(q, ...)` in "
        "a loop. It creeps slowly near the edge, so give it a few hundred steps.",
        "`for _ in range(1000): q = variance_map(q, sigma_w2, sigma_b2, f)`, then return q.",
    ),
    misconceptions=(
        Misconception(
            always_one,
            "You returned 1. That is where the input may start. A stack of layers forgets its "
            "input: after some layers the variance is the fixed point of the map, whatever it was "
            "at first.",
        ),
        Misconception(
            one_step,
            "You applied the map once. The result is the variance after one layer. Apply it again "
            "and again, until it changes no more.",
        ),
        Misconception(
            too_few_steps,
            "Your q is still moving: you applied the map only a few times. How fast it settles "
            "depends on the weights. Take a few hundred steps, or go on until q stops changing.",
            rtol=0.1,
        ),
        Misconception(
            starts_at_zero,
            "You started from 0. Without a bias, 0 is a fixed point as well, and nothing leaves "
            "it: no signal, no variance. Start from a positive variance, such as 1.",
        ),
        Misconception(
            variance_of_the_activation,
            "You returned the mean square of the activation f(z). The fixed point is the variance "
            "of z itself, before the activation.",
        ),
        Misconception(
            forgets_the_bias,
            "The bias is missing from your map. Pass sigma_b2 on to `variance_map`.",
            rtol=1e-3,
        ),
        Misconception(
            standard_deviation,
            "You returned the root of the fixed point. The variance q itself is asked for.",
            rtol=1e-3,
        ),
        Misconception(
            sum_of_the_variances,
            "sigma_w2 + sigma_b2 is the largest variance that the map can give when all |f(z)| "
            "are 1. Start from there if you like, and apply the map until it settles.",
        ),
        Misconception(
            stops_too_early,
            "You stopped too early; iterate longer. Near the edge each layer changes q by little, "
            "and there are many of them: small steps do not mean that it has arrived. Take a few "
            "hundred rounds, or a much smaller tolerance.",
            rtol=0.2,
        ),
    ),
    alternatives=(until_it_stops, by_halving),
    equivalent={
        "1.0 -> 2.0": "The stack forgets its input: any positive start ends at the same variance.",
        "1000 -> 1001": "One step more changes nothing once the variance has settled.",
    },
)
