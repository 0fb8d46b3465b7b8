"""Activations and gradients per layer at the start: the old heuristic against Xavier's formula."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from vegrad_course import reference
from vegrad_course.datasets import digits
from vegrad_course.experiments.model import Experiment, Outcome, Row

SCHEMES = ("heuristic", "Xavier")
RATIOS = (
    "activations, last / first",
    "back-propagated gradients, first / last",
    "weight gradients, second / last",
)
FACTOR = 1.5  # measured and predicted ratios agree within this factor


def measure(seeds: Sequence[int], *, width: int, depth: int, batch: int) -> list[Row]:
    """Ratios of standard deviations between layers, at the first step."""
    rows = []
    for scheme in SCHEMES:
        found = zip(*(ratios(scheme, width, depth, batch, seed) for seed in seeds), strict=True)
        shrunk = sqrt(1 / 3) ** (depth - 1)
        predicted = (shrunk, shrunk, 1.0) if scheme == "heuristic" else (None, None, None)
        for name, measured, due in zip(RATIOS, found, predicted, strict=True):
            rows.append(Row(f"{scheme}: {name}", measured, due))
    return rows


def ratios(
    scheme: str, width: int, depth: int, batch: int, seed: int
) -> tuple[float, float, float]:
    """One random tanh network with a softmax readout, on a batch of digits."""
    rng, data = np.random.default_rng(seed), digits(seed)
    rows = rng.permutation(len(data.x_train))[:batch]
    x, y = data.x_train[rows].astype(float), data.y_train[rows]
    fans = [x.shape[1], *[width] * depth, 10]
    *Ws, readout = (draw(scheme, *pair, rng) for pair in pairwise(fans))
    zs, activations = reference.network_forward(Ws, x, reference.tanh)
    scores = np.exp(activations[-1] @ readout.T)
    error = scores / scores.sum(axis=1, keepdims=True) - np.eye(10)[y]
    gradients = reference.backward(Ws, zs, error @ readout, reference.tanh_grad)
    deltas = [g * reference.tanh_grad(z) for g, z in zip(gradients[1:], zs, strict=True)]
    weights = [delta.T @ a for delta, a in zip(deltas, activations[:-1], strict=True)]
    return (
        float(activations[-1].std() / activations[1].std()),
        float(deltas[0].std() / deltas[-1].std()),
        float(weights[1].std() / weights[-1].std()),
    )


def draw(scheme: str, fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    """Uniform weights: between -1/sqrt(fan_in) and 1/sqrt(fan_in), or by Xavier's formula."""
    if scheme == "Xavier":
        return reference.init_weights(fan_in, fan_out, "xavier", "uniform", rng)
    return rng.uniform(-1, 1, (fan_out, fan_in)) / sqrt(fan_in)


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    old, new = ([rows[f"{scheme}: {name}"] for name in RATIOS] for scheme in SCHEMES)
    near = all(1 / FACTOR < row.median / (row.predicted or np.nan) < FACTOR for row in old)
    better = all(
        xavier.spread[0] > 2 * before.spread[1]
        for xavier, before in zip(new[:2], old[:2], strict=True)
    )
    why = (
        f"with the heuristic activations fall to {old[0].median:.2f} and gradients to "
        f"{old[1].median:.2f} (predicted {old[0].predicted:.2f}), while the weight gradients stay "
        f"at {old[2].median:.2f}; with Xavier's formula {new[0].median:.2f}, {new[1].median:.2f} "
        f"and {new[2].median:.2f}."
    )
    if near and better:
        return "reproduced", why
    return ("partly" if better or near else "not reproduced"), why


experiment = Experiment(
    title="Xavier's formula keeps activations and gradients from shrinking over the layers",
    paper="X. Glorot, Y. Bengio: Understanding the difficulty of training deep feedforward neural "
    "networks, 2010, section 4.2",
    claim="With uniform weights of bound 1/sqrt(n), activations shrink going forward and gradients "
    "going back, by 3^(-1/2) per layer, while weight gradients are alike in all layers; the "
    "normalized initialization keeps activations and gradients far better.",
    measure=measure,
    conclude=conclude,
    settings={"width": 500, "depth": 5, "batch": 256},
    quick={"width": 40, "depth": 3, "batch": 32},
    limits="Digits of 8 x 8 pixels and width 500; the paper has 1000 units and larger images. The "
    "prediction is for linear layers; tanh shrinks a little more. Before training only.",
    lesson="05",
)
