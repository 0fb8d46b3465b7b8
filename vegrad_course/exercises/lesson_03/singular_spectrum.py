"""singular_spectrum(Ws): the singular values of the product of all layers, largest first."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_03._networks import product_cases, stretches
from vegrad_course.exercises.model import Exercise, Misconception


def cases(rng):
    yield from product_cases(
        rng,
        "They are the half-axes of the ellipsoid that the unit sphere becomes, longest first.",
    )


def judge(case, outputs):
    return compare(outputs, stretches(case["Ws"]))


def eigenvalue_magnitudes(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.sort(np.abs(np.linalg.eigvals(product)))[::-1]


def reversed_product(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = product @ W
    return np.linalg.svd(product, compute_uv=False)


def squared_values(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.svd(product, compute_uv=False) ** 2


def layer_by_layer(Ws):
    return np.prod([np.linalg.svd(W, compute_uv=False) for W in Ws], axis=0)


def smallest_first(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.sort(np.linalg.svd(product, compute_uv=False))


def all_that_svd_returns(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.svd(product)


def first_that_svd_returns(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.svd(product)[0]


def squares_unsorted(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    return np.linalg.eigvals(product.T @ product)


def of_the_transpose(Ws):
    product = np.eye(len(Ws[-1]))
    for W in Ws[::-1]:
        product = product @ W
    return np.linalg.svd(product.T)[1]


def from_the_gram_matrix(Ws):
    product = Ws[0]
    for W in Ws[1:]:
        product = W @ product
    smaller = product.T @ product if product.shape[0] > product.shape[1] else product @ product.T
    return np.sqrt(np.linalg.eigvalsh(smaller))[::-1]


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Two steps: first one matrix that does what all layers do together, then its singular "
        "values.",
        "Start with the first layer, and put each next one to the left of the product. "
        "`np.linalg.svd` knows the rest.",
        "`np.linalg.svd` returns three things; with `compute_uv=False` only the singular values, "
        "and they are sorted already.",
    ),
    misconceptions=(
        Misconception(
            eigenvalue_magnitudes,
            "You returned magnitudes of eigenvalues. They say what happens to a few special "
            "directions that are not turned. The half-axes of the ellipsoid are the singular "
            "values, and a product that is not square has no eigenvalues at all.",
        ),
        Misconception(
            reversed_product,
            "Your product runs in the wrong order: layer 1 acts first, so it stands on the right. "
            "Each next layer is multiplied from the left.",
        ),
        Misconception(
            squares_unsorted,
            "The eigenvalues of P.T @ P are the squares of the singular values, and "
            "`np.linalg.eigvals` does not sort them. Take their roots, the largest first, or let "
            "`np.linalg.svd` do both.",
        ),
        Misconception(
            squared_values,
            "You returned the squares. These are the eigenvalues of the product with its own "
            "transpose; a length needs their square root.",
        ),
        Misconception(
            layer_by_layer,
            "You multiplied the singular values of single layers. That would need each layer to "
            "stretch the very direction that the layer before it stretched most. Multiply the "
            "matrices first, then decompose once.",
        ),
        Misconception(
            smallest_first,
            "Your numbers are right and your order is turned round: the largest comes first.",
        ),
        Misconception(
            all_that_svd_returns,
            "`np.linalg.svd` returns three things: a matrix, the singular values, and a matrix "
            "again. Only the second is asked for: take `[1]`, or set `compute_uv=False`.",
        ),
        Misconception(
            first_that_svd_returns,
            "You took the first of the three things that `np.linalg.svd` returns: the directions "
            "of the half-axes. Their lengths come second: take `[1]`, or set `compute_uv=False`.",
        ),
    ),
    alternatives=(of_the_transpose, from_the_gram_matrix),
    equivalent={"1 -> -1": "A matrix has two axes, so its shape[-1] is its shape[1]."},
)
