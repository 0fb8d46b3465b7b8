"""Sixty wide layers with random weights: the weight scale decides whether the gradient survives.

One fixed draw of standard normal matrices is kept; the slider only scales it.
"""

from functools import cache
from math import inf, nan, sqrt

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS, Activation
from vegrad_course.reference.jacobians import backward, network_forward
from vegrad_course.reference.spectra import gaussian_layers
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

WIDTH, DEPTH = 64, 60
K = np.arange(DEPTH + 1.0)
SCALES = np.linspace(0.5, 2.5, 21)
CHOICES = {"linear": Activation("linear", lambda z: z, np.ones_like, (-inf, inf))} | {
    name: ACTIVATIONS[name] for name in ("relu", "tanh", "sigmoid")
}
KNOWN = {"linear": 1.0, "relu": 1 / sqrt(2)}  # root mean square of f'(z) when z is symmetric


@cache
def base() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights at scale 1, an input, and the gradient at the output."""
    rng = np.random.default_rng(0)
    layers = gaussian_layers(WIDTH, DEPTH, 1.0, rng)
    return layers, rng.normal(size=WIDTH), rng.normal(size=WIDTH)


def log10_norms(s: float, activation: str) -> tuple[np.ndarray, np.ndarray]:
    """log10 of the gradient norm after k = 0..60 layers, measured, and predicted going forward.

    Predicted: each layer multiplies by s times the root mean square of its slopes f'(z).
    """
    entry, (layers, x, g) = CHOICES[activation], base()
    Ws = [s * W for W in layers]
    zs, _ = network_forward(Ws, x, entry.value)
    gradients = backward(Ws, zs, g, entry.derivative)
    norms = np.array([np.linalg.norm(gradient) for gradient in gradients])
    slopes = [KNOWN.get(activation) or sqrt(np.mean(entry.derivative(z) ** 2)) for z in zs]
    measured = np.log10(norms[::-1] / norms[-1])
    return measured, np.concatenate([[0.0], np.cumsum(np.log10(s * np.array(slopes[::-1])))])


@cache
def rates(activation: str) -> np.ndarray:
    """Decades per layer (21,) at each of SCALES."""
    return np.array([log10_norms(s, activation)[0][-1] / DEPTH for s in SCALES])


def critical(activation: str) -> float:
    """The scale at which the measured rate changes its sign; NaN if it does not."""
    rate = rates(activation)
    return float(np.interp(0, rate, SCALES)) if rate.min() < 0 < rate.max() else nan


def compute(s: float, activation: str) -> dict[str, object]:
    """Measured and predicted log10 norms (61,), and the rate over all scales (21,)."""
    measured, predicted = log10_norms(s, activation)
    total, edge = float(measured[-1]), critical(activation)
    return {
        "k": K,
        "measured": measured,
        "predicted": predicted,
        "scales": SCALES,
        "rates": rates(activation),
        "here": np.array([s]),
        "now": np.array([total / DEPTH]),
        "total": total,
        "edge": edge,
        "verdict": "holds" if abs(total) < 1 else "vanishes" if total < 0 else "explodes",
        "finding": "The sign changes once: that scale is critical" if edge == edge
        else "No scale up to 2.5 keeps this gradient alive",
    }  # fmt: skip


FIGURE = Figure(
    name="weight_scale",
    title="{activation} at s = {s:.2f}: after 60 layers the gradient {verdict}, "
    "log₁₀ = {total:+.1f}",
    controls=(
        Slider("s", "weight scale s", 1.0, min=0.5, max=2.5, step=0.05),
        Choice("activation", "activation", "relu", options=tuple(CHOICES)),
    ),
    compute=compute,
    panels=(
        Panel(
            "Every layer multiplies by s times the typical slope",
            Axis("layers travelled back from the output, k = L − l", limits=(0, DEPTH)),
            Axis("log₁₀ of the gradient norm", limits=(-30, 25)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "predicted", label="predicted: k log₁₀ (s × slope)"),
                Points("k", "measured", color="vermillion", size=3, label="measured, width 64"),
            ),
            height=300,
        ),
        Panel(
            "{finding}",
            Axis("weight scale s", limits=(0.5, 2.5)),
            Axis("decades per layer", limits=(-1, 0.5)),
            (
                Rule(0.0, dash="solid"),
                Rule("edge", axis="x", label="critical: s = {edge:.2f}"),
                Line("scales", "rates", color="vermillion", dash="solid"),
                Points("here", "now", color="ink", marker="circle", size=5),
            ),
            height=230,
        ),
    ),
    describe="60 layers of {activation}, 64 wide, weight scale {s:.2f}: log10 of the gradient "
    "norm changes by {total:.1f} in all. The gradient {verdict}.",
)
