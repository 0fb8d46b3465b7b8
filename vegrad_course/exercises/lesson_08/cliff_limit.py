"""cliff_limit: the largest learning rate with which plain descent survives x^4 from x = 3."""

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

START = 3.0


def cases(rng):
    expect = "A little below it the steps shrink, a little above it they grow."
    yield Case("x^4 from x = 3", {}, expect)


def judge(case, outputs):
    return compare(outputs, measured_limit(), rtol=0.01)


def measured_limit():
    """By bisection, with torch's gradient of x^4: does the first step lead outwards?"""
    import torch

    low, high = 1e-4, 1.0
    for _ in range(20):
        lr = (low * high) ** 0.5
        x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(x**4, x)
        outwards = abs((x - lr * slope).item()) > START
        low, high = (low, lr) if outwards else (lr, high)
    return low


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "One step decides. Where may the first step land at most, so that the next one is not "
        "longer?",
        "The step is lr * 4 x^3. From x = 3 the walker may just reach the other side, x = -3: "
        "there the slope has the same size, and the game repeats.",
        "So the step may have the length 6, and the slope at x = 3 is 4 * 27. Divide.",
    ),
    misconceptions=(
        Misconception(
            0.0562,
            "Close: 0.0562 is the first position of the slider at which the walker is lost. The "
            "limit is a little lower. Work it out: how long may the first step be, and how large "
            "is the slope at x = 3?",
            name="the first lost position of the slider",
            rtol=1e-3,
        ),
        Misconception(
            1 / 54,
            "This is 2 divided by the curvature at x = 3, which is 108. That rule is exact where "
            "the curvature stays the same. Here it falls on the way down, so more is allowed. "
            "Ask how long the first step may be.",
            name="2 over the curvature at the start",
            rtol=0.03,
        ),
        Misconception(
            1 / 36,
            "With this rate the first step lands exactly at the minimum. It may go on to the "
            "other side, as far as x = -3.",
            name="lands at the minimum",
            rtol=0.03,
        ),
        Misconception(
            1 / 6,
            "You lost a square on the way: the step is lr * 4 x^3, and it may have the length 2 x. "
            "So lr is 1 / (2 x^2).",
            name="1 over 2 x",
            rtol=0.03,
        ),
        Misconception(
            1 / 108,
            "This is 1 over the slope: a step of length 1. The step may be longer than that: from "
            "x = 3 to x = -3.",
            name="1 over the slope",
            rtol=0.03,
        ),
        Misconception(
            0.05,
            "Close: 0.05 is still safe, and the limit is a little higher. The slider jumps over "
            "it. Work it out: how long may the first step be, and how large is the slope at x = 3?",
            name="the last safe position of the slider",
            rtol=0.05,
        ),
        Misconception(
            1 / 9,
            "Twice too large: a step may have the length 6, from x = 3 to x = -3, and the slope "
            "there is 108.",
            name="twice the limit",
            rtol=0.03,
        ),
    ),
)
