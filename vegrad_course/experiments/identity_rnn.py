"""ReLU with an identity recurrence against a tanh network, on the adding problem."""

from collections.abc import Mapping, Sequence

import numpy as np

from vegrad_course.datasets import adding_problem
from vegrad_course.experiments.model import Experiment, Outcome, Row

IDENTITY, TANH = "squared error, identity and ReLU", "squared error, Gaussian and tanh"
WORST = "largest error on the way, identity and ReLU"
ALWAYS_ONE = 1 / 6  # the mean squared error of answering 1 every time


def measure(
    seeds: Sequence[int],
    length: int,
    units: int,
    batch: int,
    steps: int,
    rate: float,
    limit: float,
    inward: float,
) -> list[Row]:
    """Errors are means over the last tenth of training, on batches never seen before."""
    import torch

    from vegrad_course.experiments import _recurrent as recurrent

    torch.set_num_threads(1)

    def errors(start: str, f: recurrent.Activation, scale: float) -> torch.Tensor:
        """The mean squared error of each step, (steps, seeds)."""
        drawn = [recurrent.draw(seed, 2, units, 1, start, scale) for seed in seeds]
        weights, rng = recurrent.stack(drawn), np.random.default_rng(seeds)

        def measured() -> tuple[torch.Tensor, torch.Tensor]:
            x, y = (torch.tensor(part) for part in adding_problem(batch, length, rng))
            loss = ((recurrent.outputs(weights, x, f)[..., 0] - y) ** 2).mean(1)
            return loss, loss

        optimizer = torch.optim.Adam(weights, rate)
        limits = torch.full((len(seeds),), limit)
        return recurrent.train(weights, optimizer, limits, measured, steps)[0]

    identity = errors("identity", torch.relu, inward)
    tanh = errors("Gaussian", torch.tanh, 1.0)
    last = slice(-max(steps // 10, 1), None)
    return [
        Row(IDENTITY, tuple(identity[last].mean(0).tolist())),
        Row(TANH, tuple(tanh[last].mean(0).tolist())),
        Row(WORST, tuple(identity.max(0).values.tolist())),
    ]


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Reproduced if every identity network, and no tanh network, gets far below the constant 1."""
    identity, tanh = np.array(rows[IDENTITY].measured), np.array(rows[TANH].measured)
    solved, solved_by_tanh = (int((part < ALWAYS_ONE / 3).sum()) for part in (identity, tanh))
    why = (
        f"below a third of {ALWAYS_ONE:.3f}, the error of always answering 1: {solved} of "
        f"{len(identity)} identity networks (median {np.median(identity):.3f}) and "
        f"{solved_by_tanh} tanh networks (median {np.median(tanh):.3f})."
    )
    if solved == len(identity) and solved_by_tanh == 0:
        return "reproduced", why
    return ("partly" if solved > solved_by_tanh else "not reproduced"), why


experiment = Experiment(
    title="An identity recurrence with ReLU on the adding problem",
    paper="Q. V. Le, N. Jaitly, G. E. Hinton: A Simple Way to Initialize Recurrent Networks of "
    "Rectified Linear Units (2015), section 4.1",
    claim="Started with the identity, a ReLU network learns the adding problem over long "
    "sequences, where a tanh network stays at the error of always answering 1.",
    measure=measure,
    conclude=conclude,
    settings={
        "length": 100,
        "units": 40,
        "batch": 32,
        "steps": 1000,
        "rate": 1e-3,
        "limit": 1.0,
        "inward": 0.05,
    },
    quick={"length": 10, "units": 8, "batch": 8, "steps": 30},
    limits="One length of 100, 40 units, 1,000 steps of Adam with clipping at norm 1; the paper "
    "trains 100 units on sequences of 150 to 400 for far longer, with plain gradient descent, and "
    "searches for the learning rate. No LSTM here: lesson 11 has it.",
    lesson="10",
)
