"""Ioffe 2015: batch norm makes larger learning rates usable."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from vegrad_course.datasets import digits
from vegrad_course.experiments.model import Experiment, Outcome, Row

EPS, RATIO = 1e-5, "usable with batch norm / plain"
Parts = list[Tensor]


def measure(
    seeds: Sequence[int],
    *,
    depth: int,
    width: int,
    steps: int,
    batch: int,
    lowest: float,
    doublings: int,
    goal: float,
) -> list[Row]:
    """The largest usable rate of each seed, both ways, their ratio, and the best accuracies."""
    torch.set_num_threads(1)
    rates, sizes = lowest * 2.0 ** np.arange(doublings + 1), [64, *[width] * depth, 10]
    found = {
        name: accuracies(seeds, rates, sizes, norm, steps, batch)
        for name, norm in (("plain", False), ("batch norm", True))
    }
    ends = {name: largest(rates, runs, goal) for name, runs in found.items()}
    ratio = np.divide(ends["batch norm"], ends["plain"])
    return [
        *(Row(f"largest usable rate, {name}", tuple(end)) for name, end in ends.items()),
        Row(RATIO, tuple(ratio)),
        *(Row(f"best test accuracy, {name}", tuple(runs.max(0))) for name, runs in found.items()),
    ]


def largest(rates: np.ndarray, runs: np.ndarray, goal: float) -> np.ndarray:
    """For each seed the largest rate whose test accuracy reaches the goal; NaN if none does."""
    usable = np.where(runs >= goal, rates[:, np.newaxis], -np.inf).max(0)
    return np.where(np.isfinite(usable), usable, np.nan)


def accuracies(
    seeds: Sequence[int], rates: np.ndarray, sizes: list[int], norm: bool, steps: int, batch: int
) -> np.ndarray:
    """Test accuracy (rates, seeds) after plain SGD; all networks are trained as one."""
    data, R = digits(), len(rates)
    x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    parts = parameters(generators, R, sizes, norm)
    rate = torch.tensor(rates, dtype=torch.float32).repeat_interleave(len(seeds)).view(-1, 1, 1)
    for _ in range(steps):
        draws = [torch.randint(len(x), (batch,), generator=g) for g in generators]
        chosen = torch.stack(draws).repeat(R, 1)
        scores, _ = forward(x[chosen], parts, len(sizes) - 1)
        loss = cross_entropy(scores.flatten(0, 1), y[chosen].flatten(), reduction="sum") / batch
        gradients = torch.autograd.grad(loss, parts)
        with torch.no_grad():
            for part, gradient in zip(parts, gradients, strict=True):
                part -= rate * gradient
    with torch.no_grad():
        _, statistics = forward(x.expand(len(rate), -1, -1), parts, len(sizes) - 1)
        test = torch.from_numpy(data.x_test).expand(len(rate), -1, -1)
        scores, _ = forward(test, parts, len(sizes) - 1, statistics)
    right = (scores.argmax(2) == torch.from_numpy(data.y_test)).double().mean(1)
    right[scores.isnan().any(2).any(1)] = float("nan")
    return right.view(R, len(seeds)).nan_to_num(0.0).numpy()


def parameters(
    generators: Sequence[torch.Generator], R: int, sizes: list[int], norm: bool
) -> Parts:
    """Weights (He), shifts, and gains where there is batch norm: first axis rate, then seed."""
    n, pairs = R * len(generators), list(pairwise(sizes))
    Ws = [
        torch.stack([torch.randn(a, b, generator=g) for g in generators]) * (2 / a) ** 0.5
        for a, b in pairs
    ]
    shifts = [torch.zeros(n, 1, b) for _, b in pairs]
    gains = [torch.ones(n, 1, b) for _, b in pairs[:-1]] if norm else []
    parts = [*(W.repeat(R, 1, 1) for W in Ws), *shifts, *gains]
    return [part.requires_grad_() for part in parts]


def forward(
    a: Tensor, parts: Parts, layers: int, statistics: Sequence[tuple[Tensor, Tensor]] = ()
) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    """Scores (network, batch, class), and the variance and mean that normalised each layer.

    Without `statistics` these are the batch's own.
    """
    Ws, shifts, gains = parts[:layers], parts[layers : 2 * layers], parts[2 * layers :]
    used = []
    for l in range(layers - 1):
        a = a @ Ws[l]
        if gains:
            found = (
                statistics[l] if statistics else torch.var_mean(a, 1, correction=0, keepdim=True)
            )
            used.append(found)
            a = gains[l] * (a - found[1]) * (found[0] + EPS).rsqrt()
        a = torch.relu(a + shifts[l])
    return a @ Ws[-1] + shifts[-1], used


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    ratio = rows[RATIO]
    low, high = ratio.spread
    told = f"the largest usable rate is {ratio.median:g} times as large ({low:g} to {high:g})"
    if ratio.diverged:
        return "not reproduced", f"{ratio.diverged} seeds have no usable rate to compare."
    if low >= 5:
        return "reproduced", f"{told}; the paper used 5 and 30 times its first rate."
    if low > 1:
        return "partly", f"{told}, less than the paper's 5 times for some seed."
    return "not reproduced", f"{told}."


experiment = Experiment(
    title="Batch norm makes larger learning rates usable",
    paper="S. Ioffe, C. Szegedy: Batch Normalization: Accelerating Deep Network Training by "
    "Reducing Internal Covariate Shift (2015), sections 3.3 and 4.2",
    claim="With batch norm the learning rate can be raised 5 and 30 times without divergence.",
    measure=measure,
    conclude=conclude,
    settings={
        "depth": 5,
        "width": 32,
        "steps": 150,
        "batch": 64,
        "lowest": 2.0**-5,
        "doublings": 9,
        "goal": 0.85,
    },
    quick={"depth": 2, "width": 16, "steps": 15, "doublings": 5, "goal": 0.3},
    limits="Small ReLU networks on 8 x 8 digits with plain SGD for 150 steps, not Inception on "
    "ImageNet. A rate counts as usable if the test accuracy reaches the goal; the grid of rates is "
    "in doublings.",
    seeds=(0, 1, 2, 3, 4),
    lesson="07_normalization",
)
