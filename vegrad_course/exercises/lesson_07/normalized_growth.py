"""normalized_growth: factor per layer of the gradient norm in a deep batch-norm ReLU network."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    expect = "Slopes, weights and the division by the spread: three factors, then a square root."
    yield Case("a large batch and wide layers", {}, expect)


def judge(case, outputs):
    z = np.linspace(-9, 9, 36_001)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    relu, slope = oracle.value("relu", z), oracle.slope("relu", z)
    variance = density @ relu**2 - (density @ relu) ** 2
    return compare(outputs, np.sqrt(density @ slope**2 / variance), rtol=2e-3)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Collect the three factors of the squared norm: the slopes of ReLU, the division by the "
        "variance of h, the weights.",
        "The variance of h is s² times the variance of relu(z). It stands below the line, and the "
        "s² of the weights above it. What is left?",
        "Half, divided by (1/2 - 1/(2π)), is π/(π - 1). That is for the squared norm.",
    ),
    misconceptions=(
        Misconception(
            1.0,
            "A factor of 1 comes out if the second moment of relu(z), 1/2, stands in place of its "
            "variance. Batch norm subtracts the mean first: the variance is 1/2 - 1/(2π).",
            name="second moment for variance",
        ),
        Misconception(
            np.pi / (np.pi - 1),
            "This is the factor of the *squared* norm. The norm itself grows by its root.",
            name="the squared norm",
            rtol=5e-3,
        ),
        Misconception(
            np.sqrt((np.pi - 1) / np.pi),
            "Upside down: you divide by the variance, which is small. So the gradient grows.",
            name="upside down",
            rtol=5e-3,
        ),
        Misconception(
            np.sqrt(2 * np.pi / (np.pi - 1)),
            "The slopes are missing: half of the units are off, and half of the squared norm is "
            "lost there.",
            name="forgets the slopes",
            rtol=5e-3,
        ),
        Misconception(
            1 / np.sqrt(2),
            "This is the slopes alone. The division by the spread of relu(z) makes up for it, and "
            "more.",
            name="only the slopes",
            rtol=5e-3,
        ),
        Misconception(
            np.sqrt(0.5 / (0.5 - 1 / np.sqrt(2 * np.pi))),
            "You took the mean away from the second moment. It is the square of the mean that must "
            "go: 1/2 - 1/(2π).",
            name="the mean not squared",
            rtol=5e-3,
        ),
        Misconception(
            np.log10(np.pi / (np.pi - 1)) / 2,
            "This is the rate in decades per layer. The factor is asked for: 10 to that power.",
            name="the rate",
            rtol=0.01,
        ),
        Misconception(
            1.2,
            "Close. Three digits are asked for; write the formula itself, with np.sqrt and np.pi.",
            name="two digits",
            rtol=4e-3,
        ),
    ),
    alternatives=(1.211,),
)
