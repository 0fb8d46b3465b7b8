"""bias_on_the_slider: read off the figure: from which bias on does the gradient arrive?"""

from functools import cache
from math import sqrt

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

STEPS, STRENGTH, CELLS = 150, 1.0, 8
SLIDER = np.arange(3.5, 8.25, 0.25)  # far below it nothing arrives


def cases(rng):
    expect = "The title says that the gradient arrives. One notch lower it still fades."
    yield Case("150 steps, weights of strength 1", {}, expect)


def judge(case, outputs):
    return compare(outputs, first_that_arrives(), atol=0.01, rtol=0)


@cache
def first_that_arrives():
    """All biases of the slider as one batch of torch LSTM cells, and autograd."""
    import torch

    W_ih, W_hh, xs, g = (torch.tensor(part) for part in the_figures_draw())
    bias = torch.zeros(len(SLIDER), 4 * CELLS, dtype=torch.float64)
    bias[:, CELLS : 2 * CELLS] = torch.tensor(SLIDER)[:, None]
    start = torch.zeros(len(SLIDER), CELLS, dtype=torch.float64, requires_grad=True)
    h, c = torch.zeros_like(start), start
    for x in xs:
        i, f, new, o = (bias + STRENGTH * (W_ih @ x + h @ W_hh.T)).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * new.tanh()
        h = o.sigmoid() * c.tanh()
    (gradient,) = torch.autograd.grad((c @ g).sum(), start)
    return float(SLIDER[int((gradient.norm(dim=1) > 0.1).int().argmax())])


def the_figures_draw():
    """The weights, the sequence and the last gradient that the figure shows."""
    rng = np.random.default_rng(11)
    W_ih = rng.normal(size=(4 * CELLS, 2))
    W_hh = rng.normal(size=(4 * CELLS, CELLS)) / sqrt(CELLS)
    xs, g = rng.normal(size=(STEPS, 2)), rng.normal(size=CELLS)
    return W_ih, W_hh, xs, g / np.linalg.norm(g)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Set 150 steps, leave the strength at 1, and then move the bias. Read the end of the "
        "title.",
        "Begin with the bias at 3 and go up one notch at a time. Watch where the title changes "
        "from 'it fades' to 'it arrives'.",
        "It changes when the number of decades rises above -1. The slider moves in steps of 0.25; "
        "look between 4 and 6.",
    ),
    misconceptions=(
        Misconception(
            4.5,
            "One notch too low: the title still says -1.5 decades, and 'it fades'.",
            name="one notch too low",
        ),
        Misconception(
            5.0,
            "One notch too high: the title says 'it arrives' already at a lower bias.",
            name="one notch too high",
        ),
        Misconception(
            3.25,
            "This is the answer for 50 steps, where the slider stands at first. Set 150 steps.",
            name="50 steps",
        ),
        Misconception(
            4.0,
            "This is the answer for weights of strength 0.5. Set the strength to 1.",
            name="strength 0.5",
        ),
        Misconception(
            4.25,
            "This is the answer for gates that do not listen (strength 0), as the formula gives "
            "it. Set the strength to 1: these gates listen, and need more bias.",
            name="strength 0",
        ),
        Misconception(
            3.0,
            "From here on it no longer vanishes: it fades. Go on until the title says 'it "
            "arrives'.",
            name="fades for arrives",
        ),
        Misconception(
            5.5,
            "You read the dashed line: from there on a half arrives, if the gates do not listen. "
            "Read the title.",
            name="the dashed line",
        ),
        Misconception(
            6.75,
            "Too high: it arrives at a lower bias already. Move down one notch at a time, as long "
            "as the title says 'it arrives'.",
            name="too high",
            rtol=0.23,
        ),
        Misconception(
            4.18,
            "This comes from the formula for gates that do not listen. Read the figure: these "
            "gates do listen, and the slider moves in steps of 0.25.",
            name="the formula",
            rtol=0.004,
        ),
    ),
)
