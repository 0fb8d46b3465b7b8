"""The gradient of a chain of single units, layer by layer: a straight line, until float32 ends.

Every layer multiplies the gradient by w f'(z). On a log axis products are sums, so equal factors
make a straight line. The measured points are the same product, taken in float32.
"""

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.chains import chain_forward, gradient_per_layer
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

FLOAT32 = np.finfo(np.float32)


def compute(depth: int, weight: float, activation: str) -> dict[str, object]:
    """log10 of |gradient| after k = 0..depth layers travelled back, predicted and measured.

    Predicted: the factor |w f'(z)| of the last layer, repeated k times. Measured: the product of
    all factors in float32; NaN where it became 0 or inf. The input is 1.
    """
    entry, ws = ACTIVATIONS[activation], np.full(depth, weight)
    zs, _ = chain_forward(ws, 1.0, entry.value)
    factors = ws * entry.derivative(zs)
    decades = np.log10(np.abs(factors))
    rate, k = float(np.mean(decades)), np.arange(depth + 1.0)
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        rounded = factors.astype(np.float32)
        product = gradient_per_layer(rounded, rounded, np.ones_like)[::-1]
        measured = np.log10(np.abs(product.astype(float)))
    alive = np.isfinite(measured)
    return {
        "k": k,
        "predicted": decades[-1] * k,
        "measured": np.where(alive, measured, np.nan),
        "rate": rate,
        "total": rate * depth,
        "verdict": verdict(rate, depth, int(alive.sum()) - 1),
    }


def verdict(rate: float, depth: int, last: int) -> str:
    """What became of the gradient; `last` is the last k at which float32 still holds it."""
    if last < depth:
        return f"float32 loses it after {last} layers"
    if abs(rate * depth) < 1:
        return "it arrives"
    return "it vanishes" if rate < 0 else "it explodes"


FIGURE = Figure(
    name="scalar_chain",
    title="The gradient changes by {rate:+.2f} decades per layer: {verdict}",
    controls=(
        Slider("depth", "depth L", 80, min=1, max=100, step=1),
        Slider("weight", "weight w", 1.0, min=0.1, max=4.0, step=0.05),
        Choice("activation", "activation", "sigmoid", options=tuple(ACTIVATIONS)),
    ),
    compute=compute,
    panels=(
        Panel(
            "Each layer multiplies the gradient by w f′(z)",
            Axis("layers travelled back from the output, k = L − l", limits=(0, 100)),
            Axis("log₁₀ |gradient|", limits=(-60, 45)),
            (
                Rule(float(np.log10(FLOAT32.max)), label="largest float32"),
                Rule(0.0, dash="solid"),
                Rule(float(np.log10(FLOAT32.tiny)), label="smallest normal float32"),
                Rule(
                    float(np.log10(FLOAT32.smallest_subnormal)), label="smallest float32: 0 below"
                ),
                Points("k", "measured", label="measured in float32", size=3),
                Line("k", "predicted", label="predicted from the last layer alone", width=1.6),
            ),
            height=340,
        ),
    ),
    describe="With {depth} layers of {activation} and weight {weight:.2f}, log10 of the gradient "
    "changes by {rate:.3f} per layer, {total:.1f} in all: {verdict}.",
    twin=("activations", "scalar_chain"),
)
