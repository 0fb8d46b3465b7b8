"""largest_alpha: the branch scale at which 60 residual blocks stretch a gradient tenfold."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

BLOCKS, GROWTH = 60, 10


def cases(rng):
    expect = "After 60 residual blocks the gradient is about ten times as long."
    yield Case("60 blocks, tenfold", {}, expect)


def judge(case, outputs):
    """The branch keeps the squared norm at alpha = 1: slopes halve it, He's weights double it."""
    z = np.linspace(-8, 8, 1000)
    kept = 2 * (oracle.slope("relu", z) ** 2).mean()
    grid = np.linspace(0.01, 1, 9901)
    growth = np.sqrt((1 + kept * grid**2) ** BLOCKS)
    return compare(outputs, grid[np.argmin(np.abs(np.log(growth / GROWTH)))], rtol=0.045)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Move alpha in the figure at 60 blocks, until the residual curve ends one decade up.",
        "On paper: each block multiplies the squared norm by 1 + alpha squared. What must 60 of "
        "these factors give, if the norm itself is to grow tenfold?",
        "Ten times the norm is a hundred times the squared norm. Take the 60th root of 100, "
        "subtract 1, and take the square root.",
    ),
    misconceptions=(
        Misconception(
            0.1978,
            "You let the squared norm grow tenfold. The norm is asked for: tenfold there is a "
            "hundredfold squared norm.",
            name="tenfold squared norm",
            rtol=0.02,
        ),
        Misconception(
            0.0391,
            "You let each block multiply the norm by 1 + alpha, as if shortcut and branch pointed "
            "the same way. At random weights they stand at right angles: the squares add.",
            name="norms add up",
            rtol=0.03,
        ),
        Misconception(
            0.0798,
            "This is alpha squared. Take the square root.",
            name="alpha squared",
            rtol=0.02,
        ),
        Misconception(
            1.0,
            "At alpha = 1 the squared norm doubles in each block: the curve is nine decades up "
            "after 60 blocks. Try it in the figure.",
            name="alpha = 1",
            rtol=0.01,
        ),
        Misconception(
            0.1291,
            "This is one over the root of 60, a good choice for a stack of 60 blocks: the norm "
            "grows only 1.6-fold. The question asks how far you can go until it grows tenfold.",
            name="one over the root of L",
            rtol=0.02,
        ),
        Misconception(
            0.9624,
            "You followed the plain stack down to a tenth. The residual curve is asked for, and it "
            "goes up.",
            name="the plain stack",
            rtol=0.01,
        ),
    ),
    alternatives=(0.28, 0.29, 0.282),
    equivalent={
        "100 -> 101": "0.2828 for 0.2825: the same to the two digits that are asked for.",
        "60 -> 61": "0.2800 for 0.2825: the same to the two digits that are asked for.",
    },
)
