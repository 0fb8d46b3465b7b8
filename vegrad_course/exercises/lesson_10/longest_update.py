"""longest_update: how far can one step of clipped gradient descent move the weights?"""

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

LEARNING_RATE, MAX_NORM, LARGE = 0.03, 1.0, 300.0


def cases(rng):
    expect = "However long the gradient was: clipped to norm 1, times a learning rate of 0.03."
    yield Case("a gradient of norm 300, clipped at 1", {}, expect)


def judge(case, outputs):
    return compare(outputs, _moved(), rtol=1e-4)


def _moved():
    """torch's own clipping and its own SGD, on a gradient of that norm."""
    import torch

    w = torch.nn.Parameter(torch.zeros(9, dtype=torch.float64))
    w.grad = torch.full((9,), LARGE / 3, dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_([w], MAX_NORM)
    torch.optim.SGD([w], lr=LEARNING_RATE).step()
    return float(torch.linalg.norm(w.detach()))


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "What is the norm of the gradient after clipping? It was above the limit before.",
        "After clipping the norm is exactly 1. A step of gradient descent multiplies the gradient "
        "by the learning rate.",
        "The step is 0.03 times a vector of norm 1.",
    ),
    misconceptions=(
        Misconception(
            9.0,
            "9 is 0.03 times 300: the step without clipping. Clipping shortens the gradient to "
            "norm 1 first.",
            name="without clipping",
        ),
        Misconception(
            1.0,
            "1 is the norm of the clipped gradient. The step is the learning rate times the "
            "gradient.",
            name="forgets the learning rate",
        ),
        Misconception(
            1 / 300,
            "1/300 is the factor by which clipping shortens the gradient. What is left has norm 1, "
            "and the learning rate multiplies that.",
            name="the factor of the clipping",
            rtol=0.02,
        ),
        Misconception(
            0.03 / 300,
            "0.0001 is the learning rate times 1/300. The factor 1/300 multiplies a gradient of "
            "norm 300, so what is left has norm 1, and the learning rate multiplies that.",
            name="divides once too often",
        ),
        Misconception(
            1 / 0.03,
            "You divided by the learning rate. A step multiplies by it.",
            name="divides by the learning rate",
        ),
        Misconception(
            -0.03,
            "The step goes against the gradient, but a length has no sign.",
            name="a negative length",
        ),
    ),
    alternatives=(0.03,),
)
