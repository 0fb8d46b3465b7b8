"""state_jacobian_norms(W_h, hs): how much of the gradient at h_T is left k steps earlier."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_10._networks import SIZES, jacobians, network, trajectory
from vegrad_course.exercises.model import Case, Exercise, Misconception


def trajectories(rng, expect):
    """Cases with W_h and hs, and one matrix that is far from symmetric."""
    for name, sizes in SIZES.items():
        net = network(rng, *sizes)
        yield Case(name, {"W_h": net["W_h"], "hs": trajectory(net)}, expect)
    net = network(rng, 2, 2, 6)
    net["W_h"] = np.array([[0.9, rng.uniform(2, 4)], [0.0, 0.8]])
    given = {"W_h": net["W_h"], "hs": trajectory(net)}
    yield Case("the first norms grow, although both eigenvalues are below 1", given, expect)


def cases(rng):
    expect = "Entry k is the largest singular value of dh_T / dh_{T-k}; entry 0 is 1."
    yield from trajectories(rng, expect)


def judge(case, outputs):
    import torch

    total, norms = torch.eye(len(case["W_h"]), dtype=torch.float64), [1.0]
    for jacobian in jacobians(case["W_h"], case["hs"])[::-1]:
        total = total @ torch.tensor(jacobian)
        norms.append(float(torch.linalg.svdvals(total)[0]))
    return compare(outputs, norms, atol=1e-12)


def spectral_radius_for_the_norm(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(np.abs(np.linalg.eigvals(J)).max())
    return np.array(norms)


def frobenius_norm(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J)))
    return np.array(norms)


def frobenius_norm_from_the_start(W_h, hs):
    J, norms = np.eye(len(W_h)), [np.sqrt(len(W_h))]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J)))
    return np.array(norms)


def smallest_singular_value(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(np.linalg.svd(J)[1][-1])
    return np.array(norms)


def forgets_the_slopes(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for _ in hs[1:]:
        J = J @ W_h
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)


def slope_of_the_step_before(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[-2::-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)


def slopes_on_the_columns(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ (W_h * (1 - h**2))
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)


def multiplied_on_the_wrong_side(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = ((1 - h**2)[:, None] * W_h) @ J
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)


def product_of_norms(W_h, hs):
    each = [np.linalg.norm((1 - h**2)[:, None] * W_h, 2) for h in hs[:0:-1]]
    return np.cumprod([1.0, *each])


def forward_from_the_start(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[1:]:
        J = ((1 - h**2)[:, None] * W_h) @ J
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)


def from_the_first_step(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[1:]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms)


def oldest_state_first(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms[::-1])


def leaves_out_the_one(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J, 2)))
    return np.array(norms[1:])


def in_decades(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for h in hs[:0:-1]:
        J = J @ ((1 - h**2)[:, None] * W_h)
        norms.append(float(np.linalg.norm(J, 2)))
    return np.log10(norms)


def by_diagonal_matrices(W_h, hs):
    J, norms = np.eye(len(W_h)), [1.0]
    for t in range(len(hs) - 1, 0, -1):
        J = J @ np.diag(1 - hs[t] ** 2) @ W_h
        norms.append(np.linalg.svd(J, compute_uv=False)[0])
    return norms


def transposed_all_along(W_h, hs):
    J, norms = np.eye(len(W_h)), []
    for t in range(len(hs) - 1, -1, -1):
        norms.append(np.sqrt(np.linalg.eigvalsh(J @ J.T).max()))
        J = W_h.T @ ((1 - hs[t] ** 2)[:, None] * J)
    return np.array(norms)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Start with the identity: that is dh_T/dh_T, and its norm is 1. Which step do you meet "
        "first when you travel back from h_T?",
        "Step t has the Jacobian diag(1 - h_t^2) W_h. Travelling back, an *earlier* step joins "
        "the product on the **right**.",
        "Loop `for h in hs[:0:-1]`, which runs from h_T to h_1: "
        "`J = J @ ((1 - h**2)[:, None] * W_h)`, then append `np.linalg.norm(J, 2)`.",
    ),
    misconceptions=(
        Misconception(
            frobenius_norm,
            "`np.linalg.norm(J)` is the root of the sum of all squared entries. The largest "
            "stretch is the largest singular value: `np.linalg.norm(J, 2)`.",
        ),
        Misconception(
            frobenius_norm_from_the_start,
            "`np.linalg.norm(J)` is the root of the sum of all squared entries: for the identity "
            "it gives the root of n, not 1. The largest stretch is `np.linalg.norm(J, 2)`.",
        ),
        Misconception(
            spectral_radius_for_the_norm,
            "You took the largest eigenvalue of the product. Eigenvalues say nothing certain about "
            "the length after k steps; the largest singular value does: `np.linalg.norm(J, 2)`.",
        ),
        Misconception(
            smallest_singular_value,
            "You took the smallest singular value, the direction that is squeezed most. The norm "
            "is the largest one, the first in numpy's list.",
        ),
        Misconception(
            forgets_the_slopes,
            "These are the norms of the powers of W_h. tanh is missing: row i of each W_h is "
            "multiplied by 1 - h_i**2 of its own step.",
        ),
        Misconception(
            slope_of_the_step_before,
            "The slope of tanh is taken at the wrong step. The Jacobian of the step to h_t has the "
            "slope 1 - h_t**2: for k = 1 that is the last state of all.",
        ),
        Misconception(
            slopes_on_the_columns,
            "You multiplied the columns of W_h by the slopes. They belong to the outputs, which "
            "are rows: `(1 - h**2)[:, None] * W_h`.",
        ),
        Misconception(
            multiplied_on_the_wrong_side,
            "Each earlier Jacobian joins on the right: dh_T/dh_{T-2} = J_T J_{T-1}. You put it on "
            "the left.",
        ),
        Misconception(
            product_of_norms,
            "You multiplied the norms of the single steps. That is an upper limit: the direction "
            "that one step stretches most is rarely what the step before delivers. Multiply the "
            "matrices first, and take the norm of the product.",
        ),
        Misconception(
            forward_from_the_start,
            "You started at h_0: these are the norms of dh_k/dh_0. Start at the end, with h_T, and "
            "let earlier steps join.",
        ),
        Misconception(
            from_the_first_step,
            "You took the Jacobians from h_1 on. Travelling back from h_T, the step to h_T comes "
            "first: go through `hs[:0:-1]`, from h_T to h_1.",
        ),
        Misconception(
            oldest_state_first,
            "Your norms are right, the oldest state first. Entry k belongs to k steps back, so "
            "entry 0 is 1.",
        ),
        Misconception(
            leaves_out_the_one,
            "Entry 0 is missing. After no step back the Jacobian is the identity: its norm is 1.",
        ),
        Misconception(
            in_decades,
            "You returned logarithms. The norms themselves are asked for; the figure takes log10.",
        ),
    ),
    alternatives=(by_diagonal_matrices, transposed_all_along),
)
