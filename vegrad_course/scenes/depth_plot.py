"""The one depth plot: a deep network at its first step, with every remedy as a switch.

40 layers, 32 units, a batch of 32 examples. A layer is a + f(norm(W a)) with the skip, and
f(norm(W a)) without. One fixed draw of weights is kept; scheme and gain only scale it.
"""

from functools import cache

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.initializers import init_std, orthogonal
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Rule, Slider, Toggle

WIDTH, BATCH, DEPTH, EPS = 32, 32, 40, 1e-5
K, LAYERS = np.arange(DEPTH + 1.0), np.arange(DEPTH + 1.0)
STDS = {
    "Xavier": init_std(WIDTH, WIDTH, "xavier"),
    "He": init_std(WIDTH, WIDTH, "he"),
    "std 0.01": 0.01,
    "std 1": 1.0,
}
AXES = {"batch": 0, "layer": 1}  # over which axis of (batch, units) the mean is taken


@cache
def base(scheme: str) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights at gain 1, inputs and gradients at the output, both of shape (batch, width)."""
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=(2, BATCH, WIDTH))
    if scheme == "orthogonal":
        return [orthogonal(WIDTH, WIDTH, 1.0, rng) for _ in range(DEPTH)], x, g
    return [rng.normal(0, STDS[scheme], (WIDTH, WIDTH)) for _ in range(DEPTH)], x, g


def normalise(z: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """z with mean 0 and variance 1 over one axis, and the standard deviation it had."""
    if kind == "none":
        return z, np.ones(1)
    axis = AXES[kind]
    spread = np.sqrt(z.var(axis, keepdims=True) + EPS)
    return (z - z.mean(axis, keepdims=True)) / spread, spread


def normalise_back(g: np.ndarray, x: np.ndarray, spread: np.ndarray, kind: str) -> np.ndarray:
    """The gradient of `normalise`: the mean of g is lost, and its part along the output x."""
    if kind == "none":
        return g
    axis = AXES[kind]
    along = (g * x).mean(axis, keepdims=True)
    return (g - g.mean(axis, keepdims=True) - x * along) / spread


def norms(
    scheme: str, gain: float, activation: str, norm: str, residual: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Root mean square of a_0..a_L, and norms of the gradients that reach a_L..a_0."""
    entry, (layers, a, g) = ACTIVATIONS[activation], base(scheme)
    kept, sizes = [], [np.sqrt(np.mean(a**2))]
    for W in layers:
        x, spread = normalise(a @ (gain * W).T, norm)
        kept.append((x, spread))
        a = entry.value(x) + (a if residual else 0)
        sizes.append(np.sqrt(np.mean(a**2)))
    lengths = [np.linalg.norm(g)]
    for W, (x, spread) in zip(reversed(layers), reversed(kept), strict=True):
        through = normalise_back(g * entry.derivative(x), x, spread, norm) @ (gain * W)
        g = through + (g if residual else 0)
        lengths.append(np.linalg.norm(g))
    return np.array(sizes), np.array(lengths)


def compute(
    scheme: str, gain: float, activation: str, norm: str, residual: bool
) -> dict[str, object]:
    """log10 of gradient norms by depth travelled back (41,), and of activations by layer (41,)."""
    sizes, lengths = norms(scheme, gain, activation, norm, residual)
    with np.errstate(divide="ignore"):
        gradient = np.log10(lengths / lengths[0])
        size = np.log10(sizes)
    gradient, size = (np.where(np.isfinite(part), part, np.nan) for part in (gradient, size))
    reached = int(np.flatnonzero(np.isfinite(gradient))[-1])
    total = float(gradient[reached])
    return {
        "k": K,
        "gradient": gradient,
        "layers": LAYERS,
        "size": size,
        "rate": total / max(reached, 1),
        "total": total,
        "verdict": verdict(total),
        "skip": "with skips" if residual else "no skips",
        "rms": float(sizes[-1]),
    }


def verdict(total: float) -> str:
    """What became of the gradient on its way back through all layers."""
    if abs(total) < 1:
        return "the gradient holds"
    return "the gradient vanishes" if total < 0 else "the gradient explodes"


FIGURE = Figure(
    name="depth_plot",
    title="Over 40 layers {verdict}: log₁₀ changes by {total:+.1f}, {rate:+.3f} per layer",
    controls=(
        Choice("scheme", "weights", "Xavier",
               options=("std 0.01", "Xavier", "He", "orthogonal", "std 1")),
        Slider("gain", "gain", 1.0, min=0.5, max=2.0, step=0.05),
        Choice("activation", "activation", "sigmoid",
               options=("sigmoid", "tanh", "relu", "leaky_relu", "selu", "gelu")),
        Choice("norm", "normalisation", "none", options=("none", "batch", "layer")),
        Toggle("residual", "skip connections", False),
    ),
    compute=compute,
    panels=(
        Panel(
            "Gradient: {scheme} × {gain:.2f}, {activation}, normalisation {norm}, {skip}",
            Axis("layers travelled back from the output, k = L − l", limits=(0, DEPTH)),
            Axis("log₁₀ of the gradient norm", limits=(-30, 15)),
            (Rule(0.0, dash="solid"), Line("k", "gradient", color="vermillion", dash="solid")),
            height=300,
        ),
        Panel(
            "Signal: on the way forward the activations end at a size of {rms:.2g}",
            Axis("layer", limits=(0, DEPTH)),
            Axis("log₁₀ of the root mean square activation", limits=(-15, 15)),
            (Rule(0.0, dash="solid"), Line("layers", "size", color="blue", dash="solid")),
            height=200,
        ),
    ),
    describe="40 layers of {activation}, {scheme} weights times {gain:.2f}, normalisation {norm}, "
    "{skip}: log10 of the gradient norm changes by {total:.1f}; {verdict}.",
)  # fmt: skip
