"""Yang 2019: batch norm makes the gradient of a deep ReLU network explode."""

from collections.abc import Mapping, Sequence
from math import pi, sqrt

import numpy as np

from vegrad_course.errors import Refusal
from vegrad_course.experiments.model import Experiment, Outcome, Row
from vegrad_course.reference import (
    gaussian_layers,
    normalized_backward,
    normalized_forward,
    relu,
    relu_grad,
)

LARGE_BATCH = sqrt(pi / (pi - 1))
CLOSE = 0.02


def predicted(batch: int) -> float:
    """The factor per layer, for wide layers.

    A spread that is taken from few examples is itself uncertain: if a column of h holds B
    independent normal numbers, the mean of 1 / variance is B / (B - 3) times what it is for a
    large batch. Of B directions of the gradient B - 2 are left.
    """
    return LARGE_BATCH * sqrt((batch - 2) / (batch - 3))


def measure(
    seeds: Sequence[int],
    *,
    batches: tuple[int, ...],
    widths: tuple[int, ...],
    scale: float,
    depth: int,
) -> list[Row]:
    """All batches at the middle width, other widths at the middle batch, a large weight scale."""
    _refuse_small(min(batches), depth)
    width, batch = sorted(widths)[len(widths) // 2], sorted(batches)[len(batches) // 2]

    def row(label: str, width: int, batch: int, s: float = 1.0) -> Row:
        factors = tuple(growth(width, batch, depth, s, seed) for seed in seeds)
        return Row(label, factors, predicted(batch))

    return [
        *(row(f"batch {b}, width {width}", width, b) for b in batches),
        *(row(f"batch {batch}, width {w}", w, batch) for w in widths if w != width),
        row(f"batch {batch}, width {width}, weight scale {scale:g}", width, batch, scale),
    ]


def _refuse_small(batch: int, depth: int) -> None:
    if batch < 4:
        raise Refusal(f"batches must hold at least 4 examples: got {batch}. Use larger ones.")
    if depth < 3:
        raise Refusal(f"depth must be at least 3 layers: got {depth}. Use a deeper network.")


def growth(width: int, batch: int, depth: int, s: float, seed: int) -> float:
    """Factor per layer of the gradient norm, without the steps at the input and at the output."""
    rng = np.random.default_rng(seed)
    Ws = gaussian_layers(width, depth, s, rng)
    x, g = rng.normal(size=(2, batch, width))
    hs, _ = normalized_forward(Ws, x, relu, axis=0)
    gradients = normalized_backward(Ws, hs, g, relu_grad, axis=0)
    first, last = (np.linalg.norm(gradients[l]) for l in (1, depth - 1))
    return float((first / last) ** (1 / (depth - 2)))


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    off = {row.label: row.median / (row.predicted or 1) - 1 for row in rows.values()}
    worst = max(off, key=lambda label: abs(off[label]))
    told = f"the largest difference from the prediction is {off[worst]:+.1%} ({worst})"
    if abs(off[worst]) < CLOSE:
        return "reproduced", f"{told}; gradients explode in every network."
    if min(row.median for row in rows.values()) > 1:
        return "partly", f"gradients explode in every network, but {told}."
    return "not reproduced", f"not every network explodes: {told}."


experiment = Experiment(
    title="Batch norm makes gradients explode with depth, at every weight scale",
    paper="G. Yang, J. Pennington, V. Rao, J. Sohl-Dickstein, S. S. Schoenholz: "
    "A Mean Field Theory of Batch Normalization (2019)",
    claim="The gradient norm grows by sqrt(pi / (pi - 1)) = 1.211 per ReLU layer, for wide layers "
    "and large batches; no choice of weight variance removes it.",
    measure=measure,
    conclude=conclude,
    settings={
        "batches": (8, 64, 512, 2048),
        "widths": (100, 200, 800),
        "scale": 3.0,
        "depth": 16,
    },
    quick={"batches": (8, 64, 128), "widths": (32, 64, 128), "depth": 8},
    limits="Random networks before training, numpy, float64. The 1.211 of the paper is for "
    "large batches; the correction for small ones, sqrt((B - 2) / (B - 3)), assumes independent "
    "normal values and is an estimate.",
    lesson="07_normalization",
)
