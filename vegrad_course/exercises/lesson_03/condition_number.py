"""condition_number(Ws): largest over smallest singular value of the product of all layers."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_03._networks import product_cases, stretches
from vegrad_course.exercises.model import Exercise, Misconception


def cases(rng):
    yield from product_cases(
        rng,
        "It is how much longer the longest half-axis is than the shortest: 1 or more.",
    )


def judge(case, outputs):
    values = stretches(case["Ws"])
    return compare(outputs, values.max() / values.min())


def ratio_of_eigenvalues(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    sizes = np.abs(np.linalg.eigvals(product))
    return sizes.max() / sizes.min()


def multiplies_single_layers(Ws):
    return np.prod([np.linalg.cond(W) for W in Ws])


def inverse_ratio(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    values = np.linalg.svd(product, compute_uv=False)
    return values[-1] / values[0]


def only_the_largest(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.norm(product, 2)


def reversed_product(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = product @ W
    return np.linalg.cond(product)


def squared(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.cond(product) ** 2


def in_decades(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.log10(np.linalg.cond(product))


def first_over_second(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    values = np.linalg.svd(product, compute_uv=False)
    return values[0] / values[1]


def by_numpy(Ws):
    product = np.eye(Ws[0].shape[1])
    for W in Ws:
        product = W @ product
    return np.linalg.cond(product)


def by_two_norms(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.norm(product, 2) * np.linalg.norm(np.linalg.pinv(product), 2)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "You have all the half-axes already, from exercise 4. Which two do you need?",
        "The list of singular values is sorted. Its first entry is the longest half-axis, its "
        "last the shortest.",
        "Call your `singular_spectrum(Ws)` once, and divide its first entry by its last.",
    ),
    misconceptions=(
        Misconception(
            ratio_of_eigenvalues,
            "You divided magnitudes of eigenvalues. How far lengths are pulled apart is said by "
            "singular values: use your `singular_spectrum`.",
        ),
        Misconception(
            multiplies_single_layers,
            "You multiplied the condition numbers of the single layers. This is an upper bound, "
            "reached only if every layer squeezes exactly the direction that the one before it "
            "squeezed. Decompose the product instead.",
        ),
        Misconception(
            inverse_ratio,
            "Your ratio is upside down: it is 1 or less. The largest stands on top.",
        ),
        Misconception(
            only_the_largest,
            "You returned the longest half-axis alone. The condition number compares it with the "
            "shortest: divide.",
        ),
        Misconception(
            reversed_product,
            "Your product runs in the wrong order: layer 1 acts first, so it stands on the right. "
            "Your `singular_spectrum` has the right order already.",
        ),
        Misconception(
            squared,
            "Your number is the square of the condition number: the ratio of the eigenvalues of "
            "P.T @ P. The half-axes are their square roots, so take the root of the ratio too.",
        ),
        Misconception(
            in_decades,
            "You returned log10 of the condition number, as on the axis of a plot. The ratio "
            "itself is asked for: leave out `log10`.",
        ),
        Misconception(
            first_over_second,
            "You compared the two longest half-axes. The shortest one stands at the end of the "
            "list: divide by `[-1]`.",
        ),
    ),
    alternatives=(by_numpy, by_two_norms),
)
