"""weight_gradient_factor: all weights before batch norm times 10; what does their gradient do?"""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_07._norms import as_tensors
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

SCALE = 10.0


def cases(rng):
    yield Case("weights ten times as large", {}, "It is the new gradient divided by the old one.")


def judge(case, outputs):
    rng = np.random.default_rng(0)
    x, W, g = rng.normal(size=(64, 5)), rng.normal(size=(3, 5)), rng.normal(size=(64, 3))
    small, large = (np.linalg.norm(_gradient(scale * W, x, g)) for scale in (1.0, SCALE))
    return compare(outputs, large / small, rtol=1e-3)


def _gradient(W, x, g):
    """Of the sum of g * batch_norm(x W^T), with respect to W, by autograd."""
    import torch

    W, x, g = as_tensors(W, x, g)
    y = torch.nn.functional.batch_norm(x @ W.requires_grad_().T, None, None, training=True)
    return torch.autograd.grad((g * y).sum(), W)[0].numpy()


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Does the output of the layer change when all its weights are multiplied by 10?",
        "It does not. So a weight of 10 w, moved by 10 times as much, has the effect of w moved "
        "by the old amount.",
        "The same effect needs a nudge ten times as large. The gradient is effect per nudge.",
    ),
    misconceptions=(
        Misconception(
            1.0,
            "The *output* is unchanged, and so is the gradient that travels on to the layer "
            "below. The gradient with respect to the weights themselves is another: how large a "
            "nudge of a large weight is needed for the same effect?",
            name="unchanged",
        ),
        Misconception(
            10.0,
            "Upside down. The output does not change, so large weights feel a nudge less, and not "
            "more.",
            name="upside down",
        ),
        Misconception(
            0.01,
            "One division too many. The gradient is divided by the scale once; relative to the "
            "size of the weights, the *step* is divided by its square.",
            name="squared",
        ),
        Misconception(
            100.0,
            "Neither squared nor larger: the output does not depend on the scale of the weights, "
            "so large weights feel a nudge less.",
            name="squared and upside down",
        ),
        Misconception(
            0.0,
            "The gradient *along* W is 0, since scaling changes nothing. In the other directions "
            "the output still moves.",
            name="zero",
        ),
    ),
)
