"""carrying_biases: four biases with which a cell keeps what it holds, and shows it."""

import numpy as np

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

STEPS, HELD, ALLOWED = 1000, (-1.5, 0.5, 2.0), 1e-6


def cases(rng):
    expect = (
        f"After {STEPS} steps of busy input the cell has changed by less than {ALLOWED:g}, and h "
        "shows tanh of what it holds, to two digits."
    )
    inputs = rng.normal(0, 2, (STEPS, len(HELD), 1))
    yield Case("a thousand steps", {"inputs": inputs}, expect)


def judge(case, outputs):
    biases = outputs["result"]
    if biases.dtype.kind not in "fiu":
        return failed("type", f"your biases must be numbers; they hold {biases.dtype.name}.")
    if biases.shape != (4,):
        return failed(
            "shape", f"your array has shape {biases.shape}; it must be (4,), for i, f, g, o."
        )
    if not np.isfinite(biases).all():
        return failed("nan", "your biases hold a NaN or an infinity. Ordinary numbers will do.")
    return held_and_shown(biases.astype(float), *last_states(biases, case["inputs"]))


def held_and_shown(biases, h, c):
    held = np.array(HELD)
    for before, after in zip(held, c, strict=True):
        if (drift := abs(after - before)) > ALLOWED:
            return failed(
                "value",
                f"a cell that held {before:g} drifted by {drift:.2g} in {STEPS} steps; "
                f"{ALLOWED:g} is allowed. {gates(biases)}",
            )
    if np.abs(h - np.tanh(held)).max() > 0.01:
        return failed(
            "value",
            f"the cells are carried, but h is {h[2]:.3g} where tanh(c) is {np.tanh(held[2]):.3g}. "
            f"{gates(biases)}",
        )
    return PASSED


def gates(biases):
    i, f, _, o = 0.5 * (1 + np.tanh(0.5 * biases))
    keeps = f"1 - {1 - f:.2g}" if f > 0.999 else f"{f:.3g}"
    return f"Your gates are i = {i:.3g}, f = {keeps}, o = {o:.3g}."


def last_states(biases, inputs):
    """torch's LSTM with one cell: no gate listens, and the candidate g hears the input."""
    import torch

    lstm = torch.nn.LSTM(1, 1).double()
    W_ih, W_hh, b_ih, b_hh = lstm.parameters()
    with torch.no_grad():
        for parameter in (W_ih, W_hh, b_hh):
            parameter.zero_()
        W_ih[2] = 1.0
        b_ih.copy_(torch.tensor(biases))
        c = torch.tensor(HELD, dtype=torch.float64).reshape(1, -1, 1)
        _, (h, c) = lstm(torch.tensor(inputs), (torch.zeros_like(c), c))
    return h.numpy().ravel(), c.numpy().ravel()


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Which value must each gate have, so that c' = f c + i g is exactly c, whatever g is? And "
        "so that h = o tanh(c) shows it?",
        "f = 1, i = 0, o = 1. A gate is sigma of its bias, so it never quite gets there. How "
        "large must a bias be to leave no trace in a thousand steps?",
        "Write them in torch's order, i, f, g, o. A bias of 30 makes a gate of 1 - 1e-13, one of "
        "-30 a gate of 1e-13. The bias of g does not matter.",
    ),
    misconceptions=(
        Misconception(
            [0.0, 1.0, 0.0, 1.0],
            "These are the *gates* that you want: i = 0, f = 1, o = 1. Asked are the biases, and a "
            "gate is sigma of its bias. sigma(1) is only 0.73.",
            name="gates for biases",
        ),
        Misconception(
            [30.0, -30.0, 0.0, 30.0],
            "Your input gate is open and your forget gate is shut. Either the order slipped (it is "
            "i, f, g, o), or their roles: f = 1 keeps the old, i = 0 lets nothing in.",
            name="input and forget gate swapped",
            rtol=0.5,
        ),
        Misconception(
            [-30.0, 30.0, 30.0, 0.0],
            "The cell is carried. But h shows half of it: the last entry is the output gate, and "
            "the third is the candidate g. The order is i, f, g, o.",
            name="output gate third",
        ),
        Misconception(
            [30.0, 30.0, 0.0, 30.0],
            "All gates are open. The old content stays, but at each step new content is added to "
            "it. The input gate must be shut.",
            name="all open",
            rtol=0.9,
        ),
        Misconception(
            [-5.0, 5.0, 0.0, 5.0],
            "The right signs. But a gate of sigma(5) = 0.993 leaves little after a thousand steps. "
            "Make the biases much larger.",
            name="too tame",
        ),
        Misconception(
            [-10.0, 10.0, 0.0, 10.0],
            "The right signs. But a gate of sigma(10) = 0.99995 still loses a twentieth in a "
            "thousand steps. Make the biases larger.",
            name="nearly",
        ),
        Misconception(
            [-17.0, 17.0, 0.0, 17.0],
            "The right signs, and not yet large enough. At each step the cell loses the share "
            "1 - f, which is about e to the power of minus the bias. A thousand steps lose a "
            "thousand times as much. Make the biases of i and f larger.",
            name="not yet",
            rtol=0.25,
        ),
        Misconception(
            [0.0, 30.0, 0.0, 30.0],
            "A bias of 0 does not shut the input gate: sigma(0) is one half, so half of each "
            "candidate comes in. A shut gate needs a large negative bias.",
            name="input gate half open",
            rtol=0.5,
        ),
        Misconception(
            [-30.0, 0.0, 0.0, 30.0],
            "A bias of 0 does not keep: sigma(0) is one half, so the cell is halved at each step. "
            "The forget gate must be open, which needs a large positive bias.",
            name="forget gate half open",
            rtol=0.5,
        ),
        Misconception(
            [-30.0, 30.0, 0.0, 0.0],
            "The cell is carried. But h shows half of it: a bias of 0 makes an output gate of one "
            "half. It must be open too.",
            name="output gate half open",
            rtol=0.5,
        ),
        Misconception(
            [-30.0, 30.0, 0.0, -30.0],
            "The cell is carried, and nobody can see it: the output gate is shut, so h is 0.",
            name="output gate shut",
            rtol=0.25,
        ),
        Misconception(
            [-30.0, -30.0, 0.0, 30.0],
            "The forget gate is shut: the cell is wiped at the first step. f = 1 keeps, f = 0 "
            "forgets. The name is misleading.",
            name="forget gate shut",
            rtol=0.5,
        ),
    ),
    alternatives=(
        [-40.0, 40.0, 0.0, 40.0],
        [-800.0, 800.0, -3.0, 5.0],
        [-25, 25, 7, 25],
    ),
    equivalent={
        "30.0 -> 31.0": "Another right answer: the gate is still open.",
        "30.0 -> 31.0 (#2)": "Another right answer: the gate is still open.",
        "30.0 -> 31.0 (#3)": "Another right answer: the input gate is still shut.",
        "0.0 -> 1.0": "The bias of the candidate does not matter while the input gate is shut.",
    },
)
