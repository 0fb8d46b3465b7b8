"""A chain in which one layer differs: what it does to the layers before it, and to those after.

Above, the gradient at each layer; below, the factor that each layer contributes. On a log axis
the gradient at k is the sum of all factors up to k.
"""

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.chains import chain_forward
from vegrad_course.scenes.model import (
    Axis,
    Band,
    Bars,
    Choice,
    Figure,
    Line,
    Panel,
    Points,
    Rule,
    Slider,
)


def log10_factors(ws: np.ndarray, activation: str) -> np.ndarray:
    """log10 |w f'(z)| (L+1,) of the layers met on the way back from the output; entry 0 is 0."""
    entry = ACTIVATIONS[activation]
    zs, _ = chain_forward(ws, 1.0, entry.value)
    with np.errstate(divide="ignore"):  # log10(0) = -inf is the right answer
        return np.concatenate([[0.0], np.log10(np.abs(ws * entry.derivative(zs)))[::-1]])


def compute(depth: int, weight: float, activation: str, back: int, odd: float) -> dict[str, object]:
    """log10 |gradient| and log10 |factor| (L+1,) after k layers; NaN where they are exactly 0.

    The odd layer is the `back`-th from the output. The input is 1.
    """
    k, ws = np.arange(depth + 1.0), np.full(depth, weight)
    alike = np.cumsum(log10_factors(ws, activation))
    ws[depth - back] = odd
    factors = log10_factors(ws, activation)
    gradients = np.cumsum(factors)
    shift, alive = gradients - alike, np.isfinite(gradients)
    shown = np.where(np.isfinite(factors), factors, np.nan)
    return {
        "k": k,
        "alike": alike,
        "gradients": np.where(alive, gradients, np.nan),
        "usual": np.where(k == back, np.nan, shown),
        "different": np.where((k == back) | (k == 0), shown, np.nan),
        "edge": back - 0.5,
        "gone": float(alive.sum()) - 0.5 if not alive.all() else np.nan,
        "end": depth + 0.5,
        "layer": depth - back + 1,
        "note": "" if odd else ": its factor is 0, so it has no bar",
        "fate_before": fate(shift[-1]),
        "fate_after": fate(shift[back - 1]),
    }


def fate(shift: float) -> str:
    """What became of a gradient whose log10 changed by `shift`."""
    if np.isinf(shift):
        return "exactly 0"
    if abs(shift) < 0.05:
        return "unchanged"
    return f"{shift:+.1f} decades".replace("-", "−")


BACK = "layers travelled back from the output, k = L − l"

FIGURE = Figure(
    name="chain_layers",
    title="Gradients before the odd layer: {fate_before}; after it: {fate_after}",
    controls=(
        Slider("back", "odd layer, from the output", 10, min=1, max=20, step=1),
        Slider("odd", "its weight", 10.0, min=0.0, max=12.0, step=0.5),
        Slider("depth", "depth L", 30, min=20, max=40, step=1),
        Slider("weight", "weight of all others", 1.0, min=0.2, max=3.0, step=0.2),
        Choice("activation", "activation", "sigmoid", options=tuple(ACTIVATIONS)),
    ),
    compute=compute,
    panels=(
        Panel(
            "The gradient that reaches each layer",
            Axis(BACK),
            Axis("log₁₀ |gradient|"),
            (
                Band("gone", "end", color="vermillion", label="exactly 0: gone"),
                Rule("edge", axis="x", label="the odd layer"),
                Line("k", "alike", dash="dash", width=1.6, label="all layers alike"),
                Points("k", "gradients", color="vermillion", label="with the odd layer"),
            ),
        ),
        Panel(
            "The factor of each layer: the gradient above is their running sum",
            Axis(BACK),
            Axis("log₁₀ |w f′(z)|"),
            (
                Bars("k", "usual", color="blue"),
                Bars("k", "different", color="vermillion", label="the odd layer{note}"),
            ),
            height=190,
        ),
    ),
    describe="In a chain of {depth} {activation} layers with weight {weight:.1f}, layer {layer} "
    "has weight {odd:.1f}. This changes log10 of the gradient before it, towards the input: "
    "{fate_before}; and just after it: {fate_after}.",
    share_x=True,
    twin=("activations", "chain_layers"),
)
