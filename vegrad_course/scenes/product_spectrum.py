"""The singular values of a product of random matrices, one more factor at each step.

All depths are computed once for each kind and width, then only looked up. A product holds its
small singular values as rounding noise beside the large ones. In the product of the inverses the
small ones are the large ones, so each value is taken from the side where it is accurate.
"""

from functools import cache

import numpy as np

from vegrad_course.reference.initializers import orthogonal
from vegrad_course.reference.spectra import gaussian_layers
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Play, Points, Rule

DEEPEST = 16
DEPTHS = np.arange(1.0, DEEPEST + 1)


@cache
def layers(kind: str, width: int) -> list[np.ndarray]:
    """Square layers that keep the squared length on average (Gaussian) or exactly (orthogonal)."""
    rng = np.random.default_rng(0)
    if kind == "orthogonal":
        return [orthogonal(width, width, 1.0, rng) for _ in range(DEEPEST)]
    return gaussian_layers(width, DEEPEST, 1.0, rng)


@cache
def spectra(kind: str, width: int) -> np.ndarray:
    """log10 of the singular values after 1..16 layers, shape (16, width), largest first."""
    product, inverse, pairs = np.eye(width), np.eye(width), []
    for W in layers(kind, width):
        product, inverse = W @ product, inverse @ np.linalg.inv(W)
        pairs.append((product, inverse))
    forward, backward = np.log10(np.linalg.svd(np.array(pairs), compute_uv=False)).swapaxes(0, 1)
    small = -backward[:, ::-1]
    middle = (forward[:, :1] + small[:, -1:]) / 2
    return np.where(forward > middle, forward, small)


def compute(depth: int, kind: str, width: str) -> dict[str, object]:
    """The spectrum after `depth` layers; largest, middle and smallest value at all depths."""
    logs = spectra(kind, int(width))
    largest, middle, smallest = logs[:, 0], np.median(logs, axis=1), logs[:, -1]
    rms = 0.5 * np.log10(np.mean(100.0**logs, axis=1))
    rate = float(np.polyfit(DEPTHS, largest - smallest, 1)[0])
    return {
        "rank": np.arange(1.0, int(width) + 1),
        "spectrum": logs[depth - 1],
        "depths": DEPTHS,
        "largest": largest,
        "middle": middle,
        "smallest": smallest,
        "rms": rms,
        "here": float(depth),
        "condition": float(10.0 ** (largest - smallest)[depth - 1]),
        "rate": 0.0 if abs(rate) < 1e-9 else rate,
    }


FIGURE = Figure(
    name="product_spectrum",
    title="{kind} weights at depth {depth}: the condition number is {condition:.2g}",
    controls=(
        Play("depth", "layers", 1, min=1, max=DEEPEST, step=1, interval=400),
        Choice("kind", "weights", "Gaussian", options=("Gaussian", "orthogonal")),
        Choice("width", "width", "32", options=("8", "16", "32")),
    ),
    compute=compute,
    panels=(
        Panel(
            "All singular values of the product, sorted",
            Axis("rank, from the largest to the smallest"),
            Axis("log₁₀ of the singular value", limits=(-20, 3)),
            (Rule(0.0, dash="solid"), Points("rank", "spectrum", color="blue", marker="circle")),
            height=250,
        ),
        Panel(
            "Largest over smallest changes by {rate:.2f} decades per layer",
            Axis("layers", limits=(1, DEEPEST)),
            Axis("log₁₀ of the singular value", limits=(-20, 3)),
            (
                Line("depths", "largest", label="largest"),
                Line("depths", "rms", label="root mean square"),
                Line("depths", "middle", label="middle"),
                Line("depths", "smallest", label="smallest"),
                Rule("here", axis="x"),
            ),
            height=250,
        ),
    ),
    describe="At depth {depth}, {kind} layers of width {width}: the largest singular value of the "
    "product is {condition:.2g} times the smallest.",
)
