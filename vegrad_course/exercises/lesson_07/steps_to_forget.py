"""steps_to_forget: training steps until a running mean holds under 1% of its first value."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_07._norms import as_tensors
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

MOMENTUM, LEFT = 0.1, 0.01


def cases(rng):
    yield Case(
        "momentum 0.1, under 1%",
        {},
        "After that many steps less than 1% of the first value is left, and one step before more.",
    )


def judge(case, outputs):
    import torch

    mean, var = as_tensors([1.0], [1.0])
    batch, steps = torch.zeros(2, 1, dtype=torch.float64), 0
    while mean.item() >= LEFT:
        torch.nn.functional.batch_norm(batch, mean, var, training=True, momentum=MOMENTUM)
        steps += 1
    return compare(outputs, steps)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Each step keeps a share of 1 - momentum of the old value. What is left after two steps?",
        "After k steps the share 0.9 to the power k is left. For which k does it fall below 0.01?",
        "Take logarithms: k is larger than log(0.01) / log(0.9). Round up to a whole step.",
    ),
    misconceptions=(
        Misconception(
            43,
            "After 43 steps 1.08% is left, a little over 1%. Round up: the next whole step is "
            "under it.",
            name="rounded down",
            rtol=1e-3,
        ),
        Misconception(
            float(np.log(LEFT) / np.log(1 - MOMENTUM)),
            "The formula is right. A step is a whole one, so round up.",
            name="not a whole number",
            rtol=5e-3,
        ),
        Misconception(
            10,
            "1 / momentum is the number of batches that count in a running mean. After 10 steps "
            "0.9 to the power 10, which is 35%, of the first value is still there.",
            name="one over momentum",
        ),
        Misconception(
            9,
            "You took the 1% as ten steps of 10% each. Each step takes 10% of what is *left*, so "
            "the decay is exponential.",
            name="linear decay, 9 of 10",
        ),
        Misconception(
            100,
            "1 / 0.01 is not it. Each step keeps the share 0.9 of what is left: a power of 0.9 "
            "must fall below 0.01.",
            name="one over the share",
        ),
        Misconception(
            2,
            "You let momentum be the share of the old value: 0.1 times 0.1 is 0.01. In PyTorch "
            "momentum is the share of the new batch, and the old value keeps 0.9.",
            name="momentum reversed",
        ),
    ),
)
