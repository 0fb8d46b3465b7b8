"""growth_rate(W): the factor per step by which the norm of W^k grows in the long run."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_03._networks import spectral_radius
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "After many steps, one more step multiplies the norm of W^k by this number on average."
    turned = rng.normal(0, 1, (3, 3)) + 2 * np.eye(3)
    W = turned @ np.diag([-1.2, 0.7, 0.3]) @ np.linalg.inv(turned)
    yield Case("the leading eigenvalue is negative", {"W": W}, expect)
    angle = rng.uniform(0.5, 1.0)
    spiral = 0.95 * np.array(
        [[np.cos(angle), -2 * np.sin(angle)], [np.sin(angle) / 2, np.cos(angle)]]
    )
    yield Case("a spiral: the eigenvalues are complex", {"W": spiral}, expect)
    skewed = np.triu(rng.uniform(1, 3, (4, 4)), 1) + np.diag([0.8, 0.5, -0.3, 0.1])
    yield Case("far from symmetric, and fading", {"W": skewed}, expect)
    yield Case("random entries", {"W": rng.normal(0, 0.5, (6, 6))}, expect)


def judge(case, outputs):
    return compare(outputs, spectral_radius(case["W"]))


def largest_singular_value(W):
    return np.linalg.svd(W, compute_uv=False)[0]


def largest_without_its_size(W):
    return np.linalg.eigvals(W).max()


def largest_real_part(W):
    return np.linalg.eigvals(W).real.max()


def determinant(W):
    return np.linalg.det(W)


def trace(W):
    return np.trace(W)


def by_squaring(W):
    power, log_norm = W, 0.0
    for doubling in range(31):
        norm = np.linalg.norm(power)
        log_norm += np.log(norm)
        rate = np.exp(log_norm / 2**doubling)
        power, log_norm = power @ power / norm**2, 2 * log_norm
    return rate


def by_a_loop(W):
    return max(abs(value) for value in np.linalg.eig(W)[0])


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "An eigenvector is multiplied by its eigenvalue at every step. After many steps, which "
        "eigenvalue has won?",
        "`np.linalg.eigvals(W)` gives all of them. A negative one flips the sign at each step, a "
        "complex one turns the vector. What counts for the norm is how large it is.",
        "`np.abs` gives the size of each eigenvalue, also of a negative or complex one. You need "
        "the largest of these sizes.",
    ),
    misconceptions=(
        Misconception(
            largest_singular_value,
            "You returned the largest singular value. It limits what one step can do. Repeated "
            "steps turn the vector away from the direction that is stretched most, so the long run "
            "is decided by eigenvalues.",
        ),
        Misconception(
            largest_without_its_size,
            "You took the largest eigenvalue without its size. A negative eigenvalue grows just "
            "as fast, with a changing sign, and a complex one turns while it grows. Compare "
            "absolute values.",
        ),
        Misconception(
            largest_real_part,
            "You looked at real parts only. A negative or complex eigenvalue can be far larger "
            "than its real part says. Its size is `np.abs`.",
        ),
        Misconception(
            determinant,
            "The determinant is the product of all eigenvalues: it says how volume changes. One "
            "direction may grow while the volume shrinks. The largest size alone wins.",
        ),
        Misconception(
            trace,
            "The trace is the sum of all eigenvalues. They do not add up in W^k: each goes its own "
            "way, and the one of the largest size wins.",
        ),
    ),
    alternatives=(by_squaring, by_a_loop),
)
