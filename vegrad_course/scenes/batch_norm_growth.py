"""A deep ReLU network, normalised over the batch, over the units, or not at all.

One fixed draw of standard normal weights and inputs; the sliders only cut and scale it.
"""

from functools import cache
from math import log10, pi, sqrt

import numpy as np

from vegrad_course.reference.jacobians import backward, network_forward
from vegrad_course.reference.normalization import normalized_backward, normalized_forward
from vegrad_course.reference.rectifiers import relu, relu_grad
from vegrad_course.reference.spectra import gaussian_layers
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

WIDTH, DEEPEST, LARGEST, SHOWN = 64, 40, 128, 4
AXES = {"over the batch": 0, "over the units": -1}
FACTORS = {"over the batch": sqrt(pi / (pi - 1)), "over the units": 1.0}


@cache
def base() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights at scale 1, inputs, and gradients at the output: one row per example."""
    rng = np.random.default_rng(0)
    layers = gaussian_layers(WIDTH, DEEPEST, 1.0, rng)
    return layers, *rng.normal(size=(2, LARGEST, WIDTH))


def sweep(
    normalize: str, depth: int, batch: int, s: float
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Activations and gradients a_0..a_L of the whole batch."""
    layers, x, g = base()
    Ws = [s * W for W in layers[:depth]]
    if normalize not in AXES:
        zs, activations = network_forward(Ws, x[:batch], relu)
        return activations, backward(Ws, zs, g[:batch], relu_grad)
    hs, activations = normalized_forward(Ws, x[:batch], relu, AXES[normalize])
    return activations, normalized_backward(Ws, hs, g[:batch], relu_grad, AXES[normalize])


def alike(a: np.ndarray) -> float:
    """Mean cosine between the first examples of a batch."""
    rows = a[:SHOWN] / np.linalg.norm(a[:SHOWN], axis=1, keepdims=True)
    return float((rows @ rows.T)[np.triu_indices(SHOWN, 1)].mean())


def compute(normalize: str, batch: int, depth: int, s: float) -> dict[str, object]:
    """log10 gradient norms (L + 1,) going back, the theory's line, cosines (L + 1,) going up.

    `growth` is fitted between the layers: the input and the output are of another kind.
    """
    activations, gradients = sweep(normalize, depth, batch, s)
    k = np.arange(depth + 1.0)
    norms = np.log10([np.linalg.norm(g) for g in reversed(gradients)])
    factor = FACTORS.get(normalize, s / sqrt(2))
    return {
        "k": k,
        "measured": norms - norms[0],
        "predicted": k * log10(factor),
        "cosines": np.array([alike(a) for a in activations]),
        "factor": factor,
        "growth": float(10 ** np.polyfit(k[1:-1], norms[1:-1], 1)[0]),
        "total": float(norms[-1] - norms[0]),
    }


FIGURE = Figure(
    name="batch_norm_growth",
    title="Normalised {normalize}, batch of {batch}: each layer back multiplies the gradient "
    "by {growth:.3f}",
    controls=(
        Choice(
            "normalize",
            "normalise",
            "over the batch",
            options=("over the batch", "over the units", "nowhere"),
        ),
        Slider("batch", "batch size", 64, min=4, max=LARGEST, step=4),
        Slider("depth", "layers L", DEEPEST, min=5, max=DEEPEST, step=1),
        Slider("s", "weight scale s", 1.4, min=0.8, max=2.4, step=0.1),
    ),
    compute=compute,
    panels=(
        Panel(
            "The gradient, going back: in theory a factor of {factor:.3f} per layer",
            Axis("layers travelled back from the output, k = L − l", limits=(0, DEEPEST)),
            Axis("log₁₀ of the gradient norm", limits=(-10, 10)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "predicted", dash="dash", label="theory, large batch and width"),
                Points("k", "measured", color="vermillion", size=3, label="measured, width 64"),
            ),
            height=300,
        ),
        Panel(
            "The examples, going up: how alike do they become?",
            Axis("layer l", limits=(0, DEEPEST)),
            Axis("mean cosine of two examples", limits=(-0.5, 1.05)),
            (
                Rule(1.0, dash="solid"),
                Line("k", "cosines", color="green", dash="solid"),
            ),
            height=200,
        ),
    ),
    describe="{depth} ReLU layers of 64 units, normalised {normalize}, batch of {batch}, weight "
    "scale {s:.1f}: each layer travelled back multiplies the gradient norm by {growth:.3f}, "
    "where theory says {factor:.3f}; log10 changes by {total:.1f} in all.",
)
