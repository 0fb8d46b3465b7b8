"""guaranteed_gain: below which gain of a Gaussian recurrence must every gradient vanish?"""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    expect = "At this gain times the slope of tanh, 1 at most, no vector gets longer in one step."
    yield Case("where the bound turns from falling to rising", {}, expect)


def judge(case, outputs):
    import torch

    generator = torch.Generator().manual_seed(0)
    W = torch.randn(1000, 1000, generator=generator, dtype=torch.float64) / np.sqrt(1000)
    return compare(outputs, 1 / float(torch.linalg.svdvals(W)[0]), rtol=0.09)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Choose the Gaussian matrix and an input strength of 0, so that all slopes are 1. Look at "
        "the dashed line, the bound. Which way does it point?",
        "Move the gain down until the bound runs level. The title says by which factor the bound "
        "grows per step: you look for a factor of 1.",
        "The bound at gain s is s times the bound at gain 1. At gain 1 the factor is close to 2.",
    ),
    misconceptions=(
        Misconception(
            1.0,
            "1 is where the *spectral radius* crosses 1, and near there the measured norm changes "
            "its direction in the long run. But no theorem protects you that far up: at gain 1 the "
            "bound doubles at each step. Look at the dashed line, not at the dots.",
            name="the spectral radius",
            rtol=0.15,
        ),
        Misconception(
            2.0,
            "2 is about the largest singular value at gain 1, the factor of the bound there. By "
            "which gain must you multiply it to get 1?",
            name="sigma_max itself",
            rtol=0.1,
        ),
        Misconception(
            0.25,
            "A quarter is too careful: there the bound halves at every step. It is level at a "
            "larger gain. A slope of one quarter belongs to the sigmoid; tanh has 1.",
            name="the sigmoid's quarter",
            rtol=0.1,
        ),
        Misconception(
            0.3,
            "0.3 is log10 of 2: the decades that the bound climbs per step at gain 1. The gain at "
            "which it climbs not at all is asked for.",
            name="decades per step",
            rtol=0.05,
        ),
        Misconception(
            0.7071,
            "That would be right if the largest singular value of a Gaussian matrix were the root "
            "of 2. Look at the figure at gain 1: the bound grows by a factor of about 2.",
            name="root of one half",
            rtol=0.04,
        ),
    ),
    alternatives=(0.5, 0.51),
)
