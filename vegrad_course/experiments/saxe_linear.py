"""Deep linear networks: steps of gradient descent until they have learnt, against depth."""

from collections.abc import Mapping, Sequence
from math import inf

import numpy as np
import torch
from torch import Tensor

from vegrad_course import reference
from vegrad_course.datasets import digits
from vegrad_course.experiments.model import Experiment, Outcome, Row

LABELS = np.eye(10)
GROWS = 2.0  # a learning time that grows by less than this factor counts as independent of depth


def measure(
    seeds: Sequence[int],
    *,
    depths: tuple[int, ...],
    width: int,
    rates: tuple[float, ...],
    most_steps: int,
    learnt: float,
) -> list[Row]:
    """The fewest steps over all learning rates, for each kind of weights and each depth."""
    x, target = components(width)
    rows = []
    for kind in ("orthogonal", "Gaussian"):
        for depth in depths:
            Ws = weights(kind, depth, width, seeds, len(rates))
            lr = torch.tensor(rates).tile(len(seeds)) / depth
            steps = learning_steps(Ws, lr, x, target, most_steps, learnt)
            best = steps.reshape(len(seeds), len(rates)).min(axis=1)
            rows.append(Row(f"{kind}, depth {depth}: steps", tuple(best.tolist())))
    return rows


def components(width: int) -> tuple[Tensor, Tensor]:
    """The leading principal components of the digits, one a row, and what to answer to each.

    Gradient descent on squared error only sees moments: so `width` rows stand for all examples.
    The strongest component has length 1.
    """
    data = digits()
    images = data.x_train - data.x_train.mean(axis=0)
    u, s, _ = np.linalg.svd(images, full_matrices=False)
    answers = u[:, :width].T @ (LABELS[data.y_train] - LABELS[data.y_train].mean(axis=0))
    x, target = np.diag(s[:width]) / s[0], answers * np.sqrt(width) / s[0]
    return torch.tensor(x, dtype=torch.float32), torch.tensor(target, dtype=torch.float32)


def weights(kind: str, depth: int, width: int, seeds: Sequence[int], copies: int) -> list[Tensor]:
    """Layers (seeds * copies, n_in, n_out); the copies of one seed are trained at other rates."""
    each = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        sizes = [(width, width)] * (depth - 1) + [(10, width)]
        if kind == "orthogonal":
            Ws = [reference.orthogonal(*size, 1.0, rng) for size in sizes]
        else:
            Ws = [rng.normal(0, width**-0.5, size) for size in sizes]
        each += [Ws] * copies
    stacks = (np.stack([W.T for W in layer]) for layer in zip(*each, strict=True))
    return [torch.tensor(layer, dtype=torch.float32, requires_grad=True) for layer in stacks]


def learning_steps(
    Ws: list[Tensor], lr: Tensor, x: Tensor, target: Tensor, most_steps: int, learnt: float
) -> np.ndarray:
    """Steps until the error is at most `learnt` times that of the answer 0; inf if never."""
    torch.set_num_threads(1)
    found, zero = np.full(len(lr), inf), float(target.square().sum())
    for step in range(most_steps + 1):
        a = x.expand(len(lr), *x.shape)
        for W in Ws:
            a = torch.bmm(a, W)
        errors = (a - target).square().sum(dim=(1, 2))
        found[(errors.detach() <= learnt * zero).numpy() & np.isinf(found)] = step
        gradients = torch.autograd.grad(errors.sum() / 2, Ws)
        with torch.no_grad():
            for W, gradient in zip(Ws, gradients, strict=True):
                W -= lr[:, None, None] * gradient
    return found


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Growth from the shallowest to the deepest network, orthogonal against Gaussian."""
    growth, told = {}, []
    for kind in ("orthogonal", "Gaussian"):
        steps = [row.median for label, row in rows.items() if label.startswith(kind)]
        growth[kind] = steps[-1] / steps[0] if np.isfinite(steps[0]) else np.nan
        told.append(f"{kind}: {', '.join(f'{count:.0f}' for count in steps)} steps")
    why = f"with growing depth, {'; '.join(told)}."
    flat = growth["orthogonal"] < GROWS
    steep = growth["Gaussian"] > GROWS * growth["orthogonal"]
    if flat and steep:
        return "reproduced", why
    return ("partly" if steep else "not reproduced"), why


experiment = Experiment(
    title="Deep linear networks: orthogonal weights make the learning time independent of depth",
    paper="A. M. Saxe, J. L. McClelland, S. Ganguli: Exact solutions to the nonlinear dynamics of "
    "learning in deep linear neural networks, 2013, section 3",
    claim="At the best learning rate, the learning time of a deep linear network does not depend "
    "on depth with orthogonal weights, and grows with depth with scaled Gaussian weights.",
    measure=measure,
    conclude=conclude,
    settings={
        "depths": (4, 8, 16),
        "width": 32,
        "rates": (0.1, 0.3, 1.0, 2.0, 4.0),
        "most_steps": 400,
        "learnt": 0.1,
    },
    quick={"depths": (2, 4), "width": 12, "rates": (0.1, 0.4), "most_steps": 40},
    limits="The 32 leading components of the digits in place of MNIST; depth up to 16; "
    "the best of five learning rates, each divided by the depth; 'learnt' means the error fell to "
    "a set share. A network that has not learnt after the last step counts as never.",
    lesson="05",
)
