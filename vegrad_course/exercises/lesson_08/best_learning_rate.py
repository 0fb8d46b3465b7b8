"""best_learning_rate: where the steepest and the flattest direction shrink equally fast."""

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

FLAT, STEEP = 1.0, 7.0


def cases(rng):
    expect = "No other learning rate shrinks the slower of the two directions faster."
    yield Case("curvatures 1 and 7", {}, expect)


def judge(case, outputs):
    return compare(outputs, fastest(), rtol=0.01)


def fastest():
    """The rate of a fine grid after which torch's own descent ends closest to the minimum."""
    import torch

    rates = torch.linspace(0.001, 0.3, 300, dtype=torch.float64)
    curvatures = torch.tensor([FLAT, STEEP], dtype=torch.float64)
    points = torch.ones(300, 2, dtype=torch.float64, requires_grad=True)
    for _ in range(60):
        (slopes,) = torch.autograd.grad((curvatures * points**2).sum() / 2, points)
        points = (points - rates[:, None] * slopes).detach().requires_grad_()
    return rates[points.norm(dim=1).argmin()].item()


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "In the lower panel, the slower direction is the upper one of the two lines. Where is it "
        "lowest?",
        "The flat direction gets better with a larger rate, the steep one gets worse once it "
        "overshoots. The best rate is where both factors have the same size.",
        "There 1 - lr * 1 = -(1 - lr * 7). Solve for lr.",
    ),
    misconceptions=(
        Misconception(
            0.24,
            "Close, and a little too small: the flat direction is still the slower one. The answer "
            "is asked to 1%.",
            name="close, too small",
            rtol=0.03,
        ),
        Misconception(
            0.2576,
            "Close, and a little too large: the steep direction overshoots so far that it has "
            "become the slower one. The answer is asked to 1%.",
            name="close, too large",
            rtol=0.0199,
        ),
        Misconception(
            2 / STEEP,
            "This is the limit 2 / 7. There the steep direction no longer shrinks at all: it jumps "
            "from side to side for ever.",
            name="the limit",
            rtol=6e-3,
        ),
        Misconception(
            1 / STEEP,
            "1 / 7 finishes the steep direction in one step. The flat one is left with a factor of "
            "6/7 per step, and it is the one you wait for. A larger rate is better for both "
            "together.",
            name="best for the steep direction",
            rtol=0.03,
        ),
        Misconception(
            1.0,
            "1 finishes the flat direction in one step, and multiplies the steep one by -6 each "
            "time: it explodes.",
            name="best for the flat direction",
        ),
        Misconception(
            0.75,
            "0.75 is the factor per step at the best rate. The rate itself is asked for: read the "
            "horizontal axis.",
            name="the factor in place of the rate",
            rtol=0.01,
        ),
        Misconception(
            0.125,
            "This is 1 / (1 + 7). The two factors have the same size when lr * (1 + 7) is 2, not "
            "1.",
            name="half of it",
            rtol=0.01,
        ),
    ),
)
