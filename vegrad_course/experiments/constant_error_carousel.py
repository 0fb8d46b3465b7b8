"""An endless stream for an LSTM with a forget gate, without one, and with resets from outside."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vegrad_course.experiments.model import Experiment, Outcome, Row

if TYPE_CHECKING:
    from torch import Tensor

KINDS = ("forget gate", "no forget gate", "no forget gate, reset from outside")
NEAR, FAR = "squared error at the start of the stream, {}", "squared error at its end, {}"
GROWTH = "largest cell at the end over that at the start, {}"


def stream(
    batch: int, length: int, chance: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers in [0, 0.2), and at each step a mark with this chance; a sum begins at each mark.

    Inputs (batch, length, 2) hold number * 5 and mark. Targets (batch, length) are the sum of the
    numbers since the last mark, the marked one included.
    """
    numbers, marks = rng.random((batch, length)), rng.random((batch, length)) < chance
    marks[:, 0] = True
    sums = np.zeros((batch, length))
    for t in range(length):
        before = np.where(marks[:, t], 0.0, sums[:, t - 1])
        sums[:, t] = before + 0.2 * numbers[:, t]
    inputs = np.stack([numbers, marks], axis=2)
    return inputs.astype(np.float32), sums.astype(np.float32)


def read(
    weights: "list[Tensor]", x: "Tensor", gated: "Tensor", reset: "Tensor"
) -> "tuple[Tensor, Tensor]":
    """Answers (networks, batch, T), and the largest |c| of every step (T, networks).

    `gated` and `reset` hold one 0 or 1 for each network: has it a forget gate, and does a mark
    wipe its states from outside?
    """
    import torch

    from vegrad_course.experiments import _gated

    n = weights[1].shape[1]
    h = c = torch.zeros(len(weights[1]), len(x), n)
    shown, sizes = [], []
    for x_t, z_x in zip(x.unbind(1), _gated.drive(weights, x).unbind(0), strict=True):
        keep = 1 - reset * x_t[:, 1:]
        i, f, g, o = (z_x + torch.baddbmm(weights[3], keep * h, weights[1])).chunk(4, dim=2)
        f = gated * torch.sigmoid(f) + (1 - gated)
        c = f * keep * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        shown.append((h @ weights[4] + weights[5])[..., 0])
        sizes.append(c.detach().abs().amax((1, 2)))
    return torch.stack(shown, dim=2), torch.stack(sizes)


def measure(
    seeds: Sequence[int],
    length: int,
    far: int,
    chance: float,
    units: int,
    batch: int,
    steps: int,
    rate: float,
) -> list[Row]:
    """Train on streams of `length` steps, then read one `far` times as long."""
    import torch

    from vegrad_course.experiments import _gated, _recurrent

    torch.set_num_threads(1)
    runs, rng = len(seeds), np.random.default_rng(seeds)
    weights = _recurrent.stack(
        [_gated.draw("LSTM", seed, 2, units, 1.0) for _ in KINDS for seed in seeds]
    )
    gated, reset = (
        torch.tensor(kind).repeat_interleave(runs)[:, None, None]
        for kind in ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    )

    def measured() -> "tuple[Tensor, Tensor]":
        x, y = (torch.tensor(part) for part in stream(batch, length, chance, rng))
        answers, _ = read(weights, x, gated, reset)
        loss = ((answers - y) ** 2).mean((1, 2))
        return loss, loss

    limits = torch.ones(len(weights[0]))
    _recurrent.train(weights, torch.optim.Adam(weights, rate), limits, measured, steps)
    x, y = (torch.tensor(part) for part in stream(batch, far * length, chance, rng))
    with torch.no_grad():
        answers, sizes = read(weights, x, gated, reset)
        errors = ((answers - y) ** 2).mean(1)
    found = {
        NEAR: errors[:, :length].mean(1),
        FAR: errors[:, -length:].mean(1),
        GROWTH: sizes[-length:].amax(0) / sizes[:length].amax(0),
    }
    return [
        Row(label.format(kind), tuple(part.tolist()))
        for label, values in found.items()
        for kind, part in zip(KINDS, values.reshape(len(KINDS), -1), strict=True)
    ]


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Reproduced if only the network that cannot forget fills up, and then goes wrong."""
    gate, none, reset = (
        {label: np.array(rows[label.format(kind)].measured) for label in (NEAR, FAR, GROWTH)}
        for kind in KINDS
    )
    fills = none[GROWTH] > 3 * np.maximum(gate[GROWTH], reset[GROWTH])
    worse = none[FAR] > 3 * np.maximum(none[NEAR], np.maximum(gate[FAR], reset[FAR]))
    why = (
        f"without a forget gate the largest cell grows {np.median(none[GROWTH]):.1f} times and the "
        f"error goes from {np.median(none[NEAR]):.2g} to {np.median(none[FAR]):.2g}; with one it "
        f"grows {np.median(gate[GROWTH]):.1f} times and the error ends at "
        f"{np.median(gate[FAR]):.2g}; with resets {np.median(reset[GROWTH]):.1f} times and "
        f"{np.median(reset[FAR]):.2g} (medians). Both signs in {int((fills & worse).sum())} of "
        f"{len(fills)} seeds."
    )
    if np.all(fills & worse):
        return "reproduced", why
    return ("partly" if np.any(fills | worse) else "not reproduced"), why


experiment = Experiment(
    title="The constant error carousel on an endless stream",
    paper="F. A. Gers, J. Schmidhuber, F. Cummins: Learning to Forget: Continual Prediction with "
    "LSTM (2000)",
    claim="On a stream without marked ends the cells of an LSTM without forget gates grow without "
    "bound and it fails; resets from outside or forget gates that learn prevent it.",
    measure=measure,
    conclude=conclude,
    settings={
        "length": 40,
        "far": 25,
        "chance": 0.1,
        "units": 8,
        "batch": 16,
        "steps": 600,
        "rate": 0.02,
    },
    quick={"length": 8, "far": 3, "units": 4, "batch": 4, "steps": 20},
    limits="Sums that begin anew at a mark, with 8 units and 600 steps of Adam; the paper uses the "
    "continual embedded Reber grammar and online learning, and its cells have no orthogonal start.",
    lesson="11",
)
