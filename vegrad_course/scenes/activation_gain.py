"""Forty random layers of any activation: the gain decides what is left of signal and gradient.

The first layer takes the data, of mean square 1, and has the gain 1: so Var(z) starts at 1.
"""

from functools import cache
from math import log10, sqrt

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.gains import gain_for
from vegrad_course.reference.jacobians import backward, network_forward
from vegrad_course.reference.mean_field import chi, gaussian_mean
from vegrad_course.reference.spectra import gaussian_layers
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

WIDTH, DEPTH = 100, 40
LAYERS = np.arange(1.0, DEPTH + 1)
K = np.arange(DEPTH + 1.0)
TINY = 1e-300
NAMES = ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")


@cache
def base() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights at gain 1, an input of mean square 1, and the gradient at the output."""
    rng = np.random.default_rng(0)
    layers = gaussian_layers(WIDTH, DEPTH, 1.0, rng)
    x, g = rng.normal(size=WIDTH), rng.normal(size=WIDTH)
    return layers, x * sqrt(WIDTH) / np.linalg.norm(x), g


def predicted(gain: float, activation: str) -> tuple[np.ndarray, np.ndarray]:
    """log10 of the size of z (40,) and of the gradient norm (41,), for very wide layers."""
    entry, q, sizes, factors = ACTIVATIONS[activation], 1.0, [], []
    for _ in range(DEPTH):
        sizes.append(0.5 * log10(max(q, TINY)))
        scale = gain if len(sizes) > 1 else 1.0
        factors.append(0.5 * log10(max(chi(q, scale**2, entry.derivative), TINY)))
        q = gain**2 * float(gaussian_mean(lambda z: entry.value(z) ** 2, q))
    return np.array(sizes), np.concatenate([[0.0], np.cumsum(factors[::-1])])


def compute(gain: float, activation: str) -> dict[str, object]:
    """Measured and predicted log10 of the root mean square of z, and of the gradient norm."""
    entry, (layers, x, g) = ACTIVATIONS[activation], base()
    Ws = [layers[0], *(gain * W for W in layers[1:])]
    zs, _ = network_forward(Ws, x, entry.value)
    gradients = backward(Ws, zs, g, entry.derivative)
    signal = np.array([log10(max(float(np.linalg.norm(z)) / sqrt(WIDTH), TINY)) for z in zs])
    norms = np.array([log10(max(float(np.linalg.norm(g_l)), TINY)) for g_l in gradients[::-1]])
    sizes, slopes = predicted(gain, activation)
    return {
        "layers": LAYERS,
        "k": K,
        "signal": signal,
        "norms": norms - norms[0],
        "sizes": sizes,
        "slopes": slopes,
        "left": float(signal[-1]),
        "total": float(norms[-1] - norms[0]),
        "needed": gain_for(entry.value),
        "forward": verdict(signal[-1]),
        "back": verdict(norms[-1] - norms[0]),
    }


def verdict(change: float) -> str:
    return "holds" if abs(change) < 1 else "vanishes" if change < 0 else "explodes"


FIGURE = Figure(
    name="activation_gain",
    title="{activation} at gain {gain:.2f}: the signal {forward}, the gradient {back}",
    controls=(
        Choice("activation", "activation", "relu", options=NAMES),
        Slider("gain", "gain of the weights", 1.0, min=0.5, max=2.5, step=0.05),
    ),
    compute=compute,
    panels=(
        Panel(
            "Forward: 1/√E[f²] is {needed:.2f} for {activation}",
            Axis("layer l", limits=(0, DEPTH)),
            Axis("log₁₀ of the size of z", limits=(-20, 10)),
            (
                Rule(0.0, dash="solid"),
                Line("layers", "sizes", label="predicted, very wide"),
                Points("layers", "signal", color="vermillion", label="measured, width 100"),
            ),
        ),
        Panel(
            "Backward: log₁₀ of the gradient norm changes by {total:+.1f}",
            Axis("layers travelled back from the output, k = L − l", limits=(0, DEPTH)),
            Axis("log₁₀ of the gradient norm", limits=(-20, 10)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "slopes", label="predicted, very wide"),
                Points("k", "norms", color="vermillion", label="measured, width 100"),
            ),
        ),
    ),
    describe="40 layers of {activation} with gain {gain:.2f}: the signal {forward}, its log10 size "
    "ends at {left:.1f}. The gradient {back}, its log10 norm changes by {total:.1f}.",
)
