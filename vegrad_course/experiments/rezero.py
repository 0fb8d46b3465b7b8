"""Bachlechner 2021: a branch that starts at zero lets a network of 128 layers train at once."""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from vegrad_course.experiments._stacks import Layers, train
from vegrad_course.experiments.model import Experiment, Outcome, Row


def plain(a: Tensor, layers: Layers) -> Tensor:
    for W, _, shift in layers:
        a = torch.relu(a @ W + shift)
    return a


def residual(a: Tensor, layers: Layers) -> Tensor:
    """a + alpha F(a); alpha is one number per layer, the mean of the stored factors."""
    for W, alpha, shift in layers:
        a = a + alpha.mean(dim=2, keepdim=True) * torch.relu(a @ W + shift)
    return a


KINDS = {"plain": (plain, 1.0), "residual, alpha from 1": (residual, 1.0), "ReZero": (residual, 0)}


def measure(seeds: Sequence[int], *, depth: int, width: int, epochs: int, lr: float) -> list[Row]:
    run = partial(train, width=width, epochs=epochs, lr=lr, method=torch.optim.Adam)
    return [
        Row(
            f"{name}: test accuracy, {depth} layers",
            run(body, depth, seeds, gain=float(alpha))[1],
        )
        for name, (body, alpha) in KINDS.items()
    ]


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Does ReZero train where the plain network, and alpha from 1, do not?"""
    without, from_1, from_0 = (row.median for row in rows.values())
    why = (
        f"median test accuracy: plain {without:.1%}, alpha from 1 {from_1:.1%}, ReZero {from_0:.1%}"
    )
    if not from_0 > 0.9:
        return "not reproduced", why
    return ("reproduced" if max(without, from_1) < 0.5 else "partly"), why


experiment = Experiment(
    title="ReZero: 128 fully connected layers train when each branch starts at zero",
    paper="T. Bachlechner, B. P. Majumder, H. Mao, G. Cottrell, J. McAuley: ReZero is All You "
    "Need: Fast Convergence at Large Depth (2021), sections 3 and 4",
    claim="x + alpha F(x) with alpha = 0 at the start keeps signals and gradients of any depth "
    "alive, without normalisation; very deep fully connected networks then train.",
    measure=measure,
    conclude=conclude,
    settings={"depth": 128, "width": 32, "epochs": 15, "lr": 1e-3},
    quick={"depth": 4, "width": 16, "epochs": 1},
    limits="Width 32 and 1,437 digits, Adam at one learning rate for all; the paper uses wider "
    "networks on CIFAR-10. A network whose scores are not numbers counts as diverged.",
    lesson="09_residual_networks",
)
