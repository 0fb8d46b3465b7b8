"""stable_learning_rate(H): the largest learning rate that a quadratic bears, 2 / lambda_max."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Below this rate gradient descent shrinks every direction; above it, one grows."
    yield Case("no coupling: the axes are the directions", {"H": np.diag([0.6, 8.0, 3.0])}, expect)
    yield Case("three directions, turned", {"H": _turned(rng, [7.0, 1.5, 0.2])}, expect)
    yield Case("a long valley", {"H": _turned(rng, [0.01, 25.0, 0.3, 0.02])}, expect)
    yield Case("six directions", {"H": _turned(rng, rng.uniform(0.1, 40, 6))}, expect)
    yield Case("one weight", {"H": np.array([[rng.uniform(2, 6)]])}, expect)


def _turned(rng, curvatures):
    Q = np.linalg.qr(rng.normal(size=(len(curvatures),) * 2))[0]
    H = Q @ np.diag(curvatures) @ Q.T
    return (H + H.T) / 2


def judge(case, outputs):
    import torch

    steepest = torch.linalg.matrix_norm(torch.tensor(case["H"]), 2).item()
    return compare(outputs, 2 / steepest)


def one_over(H):
    return 1 / np.linalg.eigvalsh(H)[-1]


def flattest_direction(H):
    return 2 / np.linalg.eigvalsh(H)[0]


def first_of_eig(H):
    return 2 / np.linalg.eig(H)[0][0]


def sum_of_curvatures(H):
    return 2 / np.trace(H)


def mean_curvature(H):
    return 2 * len(H) / np.trace(H)


def largest_entry(H):
    return 2 / np.abs(H).max()


def frobenius_norm(H):
    return 2 / np.linalg.norm(H)


def half_of_the_curvature(H):
    return np.linalg.eigvalsh(H)[-1] / 2


def best_in_place_of_largest(H):
    curvatures = np.linalg.eigvalsh(H)
    return 2 / (curvatures[0] + curvatures[-1])


def the_curvature_itself(H):
    return np.linalg.eigvalsh(H)[-1]


def by_singular_values(H):
    return 2.0 / np.linalg.svd(H, compute_uv=False)[0]


def by_eigenvalues(H):
    return 2.0 / np.abs(np.linalg.eigvals(H)).max()


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Which direction is in danger first when the learning rate rises?",
        "Along an eigenvector of H with eigenvalue λ, each step multiplies the distance by "
        "1 - lr * λ. When is the size of this factor 1?",
        "It is 1 at lr = 2 / λ. The largest λ gives the smallest limit. For a symmetric matrix "
        "`np.linalg.eigvalsh` returns the eigenvalues from the smallest to the largest.",
    ),
    misconceptions=(
        Misconception(
            one_over,
            "1 / λ_max jumps to the bottom of the steepest direction in one step. That is safe, "
            "but the limit is twice as far: up to 2 / λ_max a step lands on the other side, lower.",
        ),
        Misconception(
            flattest_direction,
            "You used the flattest direction. It bears the largest rates. The steepest one "
            "explodes first: use the largest eigenvalue.",
        ),
        Misconception(
            first_of_eig,
            "You took the first eigenvalue that `np.linalg.eig` returns. It keeps no order: take "
            "the largest of them.",
        ),
        Misconception(
            sum_of_curvatures,
            "You used the trace, the sum of all eigenvalues. Each direction has its own factor, "
            "and only the largest eigenvalue sets the limit.",
        ),
        Misconception(
            mean_curvature,
            "You used the mean eigenvalue. The steepest direction is above the mean, and explodes.",
        ),
        Misconception(
            largest_entry,
            "You used the largest entry of H. If H is not diagonal, the steepest direction lies "
            "between the axes, and is steeper than any entry says.",
        ),
        Misconception(
            frobenius_norm,
            "You used `np.linalg.norm(H)`, the root of the sum of all squared entries. It is above "
            "the largest eigenvalue, so your limit is too careful.",
        ),
        Misconception(
            half_of_the_curvature,
            "Your fraction is upside down: the steeper the loss, the smaller the learning rate.",
        ),
        Misconception(
            best_in_place_of_largest,
            "2 / (λ_min + λ_max) is the *best* rate, which you meet in the next exercise. The "
            "*largest* one is where the steepest direction stops shrinking.",
        ),
        Misconception(
            the_curvature_itself,
            "You returned the largest curvature. The learning rate that it allows is 2 divided by "
            "it.",
        ),
    ),
    alternatives=(by_singular_values, by_eigenvalues),
)
