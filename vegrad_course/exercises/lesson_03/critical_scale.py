"""critical_scale: the weight scale at which a deep ReLU network neither shrinks nor grows."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    expect = "On average one layer leaves the squared norm of the gradient as it is."
    yield Case("neither vanishing nor exploding", {}, expect)


def judge(case, outputs):
    z = np.linspace(-8, 8, 1000)
    kept = (oracle.slope("relu", z) ** 2).mean()
    return compare(outputs, 1 / np.sqrt(kept), rtol=5e-3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Follow the squared norm of the gradient through one layer. What do the slopes do to it, "
        "and what do the weights do to it?",
        "The slopes of ReLU are 0 or 1. What share of the squared norm is left when the units "
        "that are off have taken theirs away? Then the weights multiply it by s squared.",
        "The share that is left, times s squared, must be 1. Solve for s, not for s squared.",
    ),
    misconceptions=(
        Misconception(
            1.0,
            "With s = 1 the weights alone keep the norm. But half of the units are off, and what "
            "they carried is lost at every layer. The weights must make up for that.",
            name="forgets the units that are off",
        ),
        Misconception(
            2.0,
            "2 is the square of s: the variance times n. The question asks for s, the standard "
            "deviation times the root of n.",
            name="variance for standard deviation",
        ),
        Misconception(
            0.5,
            "0.5 is the share of the squared norm that the slopes leave. The weights must undo it, "
            "so s is above 1.",
            name="the share itself",
        ),
        Misconception(
            0.7071,
            "This is what the slopes leave of the norm. The weights must undo it: take the "
            "inverse.",
            name="upside down",
            rtol=0.015,
        ),
        Misconception(
            1.4,
            "Very close. Three digits are asked for: over 30 layers 1.4 leaves the gradient a "
            "quarter too small. Write the formula itself, with numpy.",
            name="two digits",
            rtol=1e-3,
        ),
        Misconception(
            4.0,
            "4 makes up for a slope of one quarter: it is the neutral weight of a sigmoid chain. "
            "With ReLU half of the units have slope 1 and the others 0. Which share of the squared "
            "norm is left?",
            name="the sigmoid's weight",
        ),
    ),
)
