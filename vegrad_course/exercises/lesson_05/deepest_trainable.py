"""deepest_trainable: 6 xi, the depth up to which a tanh network is expected to train."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import squared_gain
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

SIGMA_W2, SIGMA_B2 = 1.39, 0.05


def cases(rng):
    expect = "It is 6 / |ln chi|, with chi at the fixed point for sigma_w2 = 1.39."
    yield Case("tanh, sigma_w2 = 1.39, sigma_b2 = 0.05", {}, expect)


def judge(case, outputs):
    chi = squared_gain(SIGMA_W2, SIGMA_B2, "tanh")
    return compare(outputs, 6 / abs(np.log(chi)), rtol=0.02)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "First chi at sigma_w2 = 1.39 and sigma_b2 = 0.05, from the figure or from your own "
        "functions.",
        "xi is 1 / |ln chi|, with the natural logarithm. The figure shows it too.",
        "Your `predicted_log_slope` s is half the log10 of chi, so ln chi is 2 * s * np.log(10). "
        "Take 6 over its size.",
    ),
    misconceptions=(
        Misconception(
            10.37,
            "This is xi itself, the depth over which the squared norm shrinks by a factor of e. "
            "The rule of thumb is six times that.",
            name="xi itself",
            rtol=0.04,
        ),
        Misconception(
            124.5,
            "This is twice too deep. You used the slope of the norm, half of ln chi. The depth "
            "scale is 1 / |ln chi|, without the half.",
            name="with the half",
            rtol=0.03,
        ),
        Misconception(
            143.3,
            "You took log10 of chi. The depth scale is defined with the natural logarithm.",
            name="log10",
            rtol=0.03,
        ),
        Misconception(
            21.76,
            "This is the depth for sigma_w2 = 1.0. The question asks for 1.39, closer to the edge.",
            name="another variance",
            rtol=0.03,
        ),
        Misconception(
            286.7,
            "Two things at once: you took log10 of chi, and half of it. The depth scale is "
            "1 / |ln chi|.",
            name="log10 with the half",
            rtol=0.03,
        ),
    ),
    alternatives=(62, 62.24),
    equivalent={"62.2 -> 63.2": "Within the 2% that reading a figure may be off."},
)
