"""log10_kept_at_bias_1: what a forget bias of 1 leaves of the gradient after 100 steps."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    expect = "It is the logarithm of sigma(1) to the power 100, to one decimal."
    yield Case("a hundred steps with bias 1", {}, expect)


def judge(case, outputs):
    return compare(outputs, 100 * np.log10(oracle.value("sigmoid", 1.0)), rtol=5e-3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "What is the gate, when nothing but the bias speaks? And what do a hundred equal factors "
        "do?",
        "The gate is sigma(1) = 0.731. The logarithm of a power is the exponent times the "
        "logarithm.",
        "Compute 100 * np.log10(sigmoid(1.0)). The result is negative: the gradient shrinks.",
    ),
    misconceptions=(
        Misconception(
            13.605,
            "The size is right. The gate is below 1, so its logarithm is negative.",
            name="sign",
            rtol=5e-3,
        ),
        Misconception(
            -30.103,
            "That is bias 0, where every gate is 0.5. With bias 1 the gate is sigma(1) = 0.731.",
            name="bias 0",
            rtol=5e-3,
        ),
        Misconception(
            -31.326,
            "You took the natural logarithm. Decades are counted with log10.",
            name="natural logarithm",
            rtol=5e-3,
        ),
        Misconception(
            -0.13605,
            "That is what one step costs. There are a hundred.",
            name="one step",
            rtol=5e-3,
        ),
        Misconception(
            0.0,
            "0 would mean that nothing is lost. A bias of 1 is not a gate of 1: the gate is "
            "sigma(1) = 0.731. If you gave the tiny share that is left: its log10 is "
            "asked for.",
            name="bias for gate",
        ),
        Misconception(
            -11.828,
            "You used tanh(1). A gate is a sigmoid: sigma(1) = 0.731.",
            name="tanh",
            rtol=5e-3,
        ),
        Misconception(
            -0.291,
            "That is bias 5. Here the bias is 1, and the gate sigma(1) = 0.731.",
            name="bias 5",
            rtol=5e-3,
        ),
        Misconception(
            -57.041,
            "You took sigma(-1) = 0.269, what the gate lets go. It keeps sigma(1) = 0.731.",
            name="sigma of -1",
            rtol=5e-3,
        ),
        Misconception(
            -70.644,
            "You took the slope of the sigmoid, sigma(1) (1 - sigma(1)) = 0.197. The gradient "
            "along the cell is multiplied by the gate itself.",
            name="the slope of the gate",
            rtol=5e-3,
        ),
        Misconception(
            -14.0,
            "Rounded too far: one decimal is asked for.",
            name="a whole number",
        ),
    ),
)
