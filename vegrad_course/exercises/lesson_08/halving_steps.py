"""halving_steps: how long L2 takes to halve a weight that gets no other gradient."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

LR, DECAY = 0.1, 1e-3


def cases(rng):
    expect = "After this many steps the weight is half of what it was."
    yield Case("lr = 0.1, weight decay = 0.001", {}, expect)


def judge(case, outputs):
    return compare(outputs, measured(), rtol=0.01)


def measured():
    """Counted, with torch's own optimiser: steps until the weight falls below a half.

    Steps that meet no other gradient are all alike, so 100 of them tell the factor of one.
    """
    import torch

    w = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    w.grad = torch.zeros_like(w)
    optimizer = torch.optim.SGD([w], lr=LR, weight_decay=DECAY)
    for _ in range(100):
        optimizer.step()
    return 100 * np.log(0.5) / np.log(w.item())


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "By which factor does one step of `sgd_step` multiply the weight, if the gradient is 0?",
        "The factor is 1 - lr * weight_decay, here 1 - 0.0001. After n steps it is the n-th power "
        "of that.",
        "Set the power to 1/2 and take logarithms. For a small number e, log(1 - e) is nearly -e.",
    ),
    misconceptions=(
        Misconception(
            5000,
            "Each step takes a share of what is *left*, so it takes less and less. You divided "
            "one half by the share of the first step. Use logarithms.",
            name="as if every step took the same",
        ),
        Misconception(
            500,
            "500 is one half divided by the weight decay. The learning rate is missing, and each "
            "step takes a share of what is *left*: use logarithms.",
            name="one half over the decay",
        ),
        Misconception(
            10_000,
            "After 1 / (lr * weight_decay) steps the weight is down to 1/e, about 0.37. A half is "
            "reached earlier.",
            name="down to 1/e",
        ),
        Misconception(
            693,
            "You left out the learning rate. The factor per step is 1 - lr * weight_decay.",
            name="forgets the learning rate",
            rtol=0.01,
        ),
        Misconception(
            3010,
            "You mixed two logarithms: log10(2) is 0.301, and here log(2) = 0.693 is needed.",
            name="log10 for log",
            rtol=0.01,
        ),
        Misconception(
            7,
            "You left out the weight decay. The factor per step is 1 - lr * weight_decay.",
            name="forgets the decay",
            rtol=0.07,
        ),
    ),
    alternatives=(6931, 6931.5, 6930),
)
