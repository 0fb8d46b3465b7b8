"""transient_matrix: a 2x2 matrix that must shrink in the end, and whose powers first grow."""

import numpy as np

from vegrad_course.exercises.lesson_03._networks import spectral_radius
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

RADIUS, PEAK, STEPS = 0.9, 10.0, 300


def cases(rng):
    expect = (
        f"Its spectral radius is at most {RADIUS}, and for some k the norm of W^k is 10 or more."
    )
    yield Case("it fades in the end, and first it grows", {}, expect)


def judge(case, outputs):
    W = outputs["result"]
    if W.dtype.kind not in "fiu":
        return failed("type", f"your matrix must hold real numbers; it holds {W.dtype.name}.")
    if W.shape != (2, 2):
        return failed("shape", f"your matrix has shape {W.shape}; the shape must be (2, 2).")
    if not np.isfinite(W).all():
        return failed("nan", "your matrix holds a NaN or an infinity. Use ordinary numbers.")
    return _both_halves(W.astype(np.float64))


def _both_halves(W):
    radius = spectral_radius(W)
    if radius > RADIUS + 1e-6:
        return failed(
            "value",
            f"its spectral radius is {radius:.4g}, above {RADIUS}: in the long run it does not "
            "fade fast enough. Make the eigenvalues smaller. In a triangular matrix they stand on "
            "the diagonal.",
        )
    norms = _norms(W)
    k = int(np.argmax(norms)) + 1
    if norms.max() < PEAK:
        return failed(
            "value",
            f"its spectral radius is {radius:.4g}, which is fine. But the largest norm of W^k is "
            f"{norms.max():.4g}, at k = {k}, and it must reach {PEAK:g}. {_advice(W)}",
        )
    return PASSED


def _norms(W):
    powers, norms = np.eye(2), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(STEPS):
            powers = W @ powers
            norms.append(np.linalg.norm(powers, 2) if np.isfinite(powers).all() else np.inf)
    return np.array(norms)


def _advice(W):
    if np.allclose(W @ W.T, W.T @ W):
        return (
            "Your matrix is normal (it commutes with its transpose): its singular values are the "
            "sizes of its eigenvalues, so it can never grow first. Make it lopsided."
        )
    return "It is lopsided already: make the entry that feeds one coordinate into the other larger."


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Two wishes: small eigenvalues, and a large norm. In which kind of matrix can you choose "
        "the eigenvalues freely, and still have an entry left over?",
        "In a triangular matrix the diagonal holds the eigenvalues. The entry off the diagonal "
        "changes none of them.",
        "Take two eigenvalues close to the limit, so that the fading is slow, put 0 below the "
        "diagonal, and raise the entry above it until the norm is large enough.",
    ),
    misconceptions=(
        Misconception(
            [[0.9, 0.0], [0.0, 0.5]],
            "A symmetric matrix cannot do it: its eigenvectors are perpendicular, and its singular "
            "values are the sizes of its eigenvalues. Each step shrinks every vector. The matrix "
            "must not be symmetric.",
            name="symmetric",
        ),
        Misconception(
            [[1.1, 0.0], [0.0, 0.5]],
            "This one grows for ever: an eigenvalue is above 1. The art is to grow for a while "
            "although every eigenvalue is small.",
            name="radius above 1",
        ),
        Misconception(
            [[0.9, 1.0], [0.0, 0.8]],
            "This is the matrix of the figure. It does grow first, but too little. Which entry can "
            "you raise without touching the eigenvalues?",
            name="too tame",
        ),
    ),
    alternatives=(
        [[0.9, 20.0], [0.0, 0.9]],
        [[0.5, 0.0], [-30.0, 0.2]],
        [[5.0, -20.0], [1.25, -5.0]],
    ),
    equivalent={
        "4.0 -> 5.0": "Another right answer: the entry above the diagonal may be any larger one.",
        "4.0 -> -4.0": "Another right answer: the sign of that entry changes no norm.",
    },
)
