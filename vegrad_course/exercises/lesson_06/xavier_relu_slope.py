"""xavier_relu_slope: what one ReLU layer with Xavier weights does to the log of the norm."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_06._normal import GRID, average
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    expect = "Of the squared norm, one layer leaves the share that ReLU lets through."
    yield Case("square layers, Var(w) = 1/n, ReLU", {}, expect)


def judge(case, outputs):
    kept = average(oracle.slope("relu", GRID) ** 2)
    return compare(outputs, 0.5 * np.log(kept), rtol=3e-3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Xavier weights alone keep the squared norm. What does ReLU do to it, layer by layer?",
        "The squared norm is multiplied by 1/2. What is the norm multiplied by? Take the natural "
        "logarithm of that.",
        "ln of √(1/2) can be written with ln 2. Mind the sign: the gradient shrinks.",
    ),
    misconceptions=(
        Misconception(
            -np.log(2),
            "This is the slope of the squared norm. The norm is its root, and the log of a root is "
            "half the log.",
            name="squared norm",
            rtol=0.01,
        ),
        Misconception(
            -0.5 * np.log10(2),
            "This is the slope in decades, log10. Here the natural logarithm is asked for: "
            "`np.log`.",
            name="decades",
            rtol=0.01,
        ),
        Misconception(
            0.5 * np.log(2),
            "The size is right. With Xavier half of the squared norm is lost in every layer, so "
            "the slope is negative.",
            name="sign",
            rtol=0.01,
        ),
        Misconception(
            0.0,
            "0 would mean that the norm is kept. That is what Xavier does for a linear layer. ReLU "
            "silences half of the units, and with Xavier nothing makes up for it.",
            name="Xavier keeps everything",
        ),
        Misconception(
            np.sqrt(0.5),
            "This is the factor per layer. The slope is its logarithm.",
            name="factor",
            rtol=0.01,
        ),
        Misconception(
            0.5,
            "0.5 is the factor per layer of the squared norm. Take the root, for the norm, and "
            "then the logarithm.",
            name="factor of the square",
        ),
        Misconception(
            -0.5,
            "The squared norm is multiplied by 1/2; it does not lose 0.5 on a log scale. Take the "
            "logarithm of the factor.",
            name="no logarithm",
        ),
        Misconception(
            -0.343,
            "Close: you measured, or rounded. What is asked for is the prediction, to three "
            "digits or as a formula with `np.log`.",
            name="measured",
            rtol=0.008,
        ),
        Misconception(
            -0.35,
            "Right to two digits; three are asked for. Write the formula itself, with `np.log`.",
            name="two digits",
            rtol=0.006,
        ),
        Misconception(
            -np.log10(2),
            "This is the log10 of 1/2: the squared norm, in decades. Take half of it, for the "
            "norm, and the natural logarithm, `np.log`.",
            name="squared norm in decades",
            rtol=0.01,
        ),
    ),
    alternatives=(-0.3466, -0.347),
)
