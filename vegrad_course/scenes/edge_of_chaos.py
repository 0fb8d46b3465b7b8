"""The edge of chaos: how the variance of z settles from layer to layer, and what chi is there.

Left to right: the variance map as a cobweb, then chi over all weight variances. The curve of chi
needs no root finding: each fixed point q* belongs to one sigma_w2 = (q* - sigma_b2) / E[f(z)^2].
"""

from math import inf, isfinite, log, nan

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.mean_field import (
    chi,
    depth_scale,
    fixed_point,
    gaussian_mean,
    variance_map,
)
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

TOP, START, STEPS = 4.0, 3.0, 40
GRID = np.linspace(0, TOP, 81)
SETTLED = np.geomspace(1e-4, 60, 120)  # fixed points along the curve of chi
WEIGHTS = (0.2, 4.0)


def cobweb(sigma_w2: float, sigma_b2: float, activation: str) -> tuple[np.ndarray, np.ndarray]:
    """The staircase: up (or down) to the map, across to the diagonal, from q = 3 on."""
    f, q, corners = ACTIVATIONS[activation].value, START, [(START, 0.0)]
    for _ in range(STEPS):
        after = float(variance_map(q, sigma_w2, sigma_b2, f))
        corners += [(q, after), (after, after)]
        if after > TOP or abs(after - q) < 1e-6:
            break
        q = after
    x, y = np.array(corners).T
    return x, y


def every_q_stays(sigma_w2: float, sigma_b2: float, activation: str) -> bool:
    """Is the map the diagonal itself? So it is for ReLU with He's variance and no bias."""
    some = np.array([0.5, START])
    return np.allclose(variance_map(some, sigma_w2, sigma_b2, ACTIVATIONS[activation].value), some)


def chi_curve(sigma_b2: float, activation: str) -> tuple[np.ndarray, np.ndarray]:
    """Weight variances (120,), and chi at their fixed points; NaN outside the slider's range."""
    entry = ACTIVATIONS[activation]
    moments = gaussian_mean(lambda z: entry.value(z) ** 2, SETTLED)
    slopes = gaussian_mean(lambda z: entry.derivative(z) ** 2, SETTLED)
    sigma_w2 = (SETTLED - sigma_b2) / moments
    if activation == "relu":  # any q will do: chi is sigma_w2 / 2
        sigma_w2 = np.linspace(*WEIGHTS, len(SETTLED))
    seen = (sigma_w2 >= WEIGHTS[0]) & (sigma_w2 <= WEIGHTS[1])
    return np.where(seen, sigma_w2, nan), np.where(seen, sigma_w2 * slopes, nan)


def compute(sigma_w2: float, sigma_b2: float, activation: str) -> dict[str, object]:
    """The variance map on 0..4, the staircase, the fixed point, chi, and xi = 1 / |ln chi|."""
    entry = ACTIVATIONS[activation]
    stays = every_q_stays(sigma_w2, sigma_b2, activation)
    q = inf if stays else fixed_point(sigma_w2, sigma_b2, entry.value)
    factor = chi(q, sigma_w2, entry.derivative)
    x, y = cobweb(sigma_w2, sigma_b2, activation)
    weights, curve = chi_curve(sigma_b2, activation)
    xi = depth_scale(factor) if abs(log(factor)) > 1e-9 else inf
    return {
        "grid": GRID,
        "map": variance_map(GRID, sigma_w2, sigma_b2, entry.value),
        "x": x,
        "y": y,
        "q": q if q <= TOP else nan,
        "settles": "stays as it is: every q is a fixed point" if stays else settles(q),
        "weights": weights,
        "curve": curve,
        "here": np.array([sigma_w2]),
        "now": np.array([factor]),
        "chi": factor,
        "scale": f"ξ = {xi:.1f} layers" if xi < 1e4 else "ξ has no end",
        "verdict": verdict(factor),
    }


def settles(q: float) -> str:
    """Where the staircase ends."""
    return f"settles at q* = {q:.3f}" if isfinite(q) else "never settles"


def verdict(factor: float) -> str:
    """What becomes of a gradient that every layer multiplies like this."""
    if abs(factor - 1) < 0.002:
        return "the gradient holds"
    return "the gradient vanishes" if factor < 1 else "the gradient explodes"


FIGURE = Figure(
    name="edge_of_chaos",
    title="{activation}: χ = {chi:.3f}, so {verdict}; {scale}",
    controls=(
        Slider("sigma_w2", "weight variance σw²", 1.0, min=WEIGHTS[0], max=WEIGHTS[1], step=0.01),
        Slider("sigma_b2", "bias variance σb²", 0.05, min=0.0, max=0.5, step=0.01),
        Choice("activation", "activation", "tanh", options=("tanh", "sigmoid", "relu", "silu")),
    ),
    compute=compute,
    panels=(
        Panel(
            "Layer by layer down the staircase: the variance {settles}",
            Axis("variance q of z in one layer", limits=(0, TOP)),
            Axis("variance in the next layer", limits=(0, TOP)),
            (
                Line("grid", "grid", color="muted", dash="dot", width=1.2, label="no change"),
                Line("grid", "map", color="blue", dash="solid", label="variance map"),
                Line("x", "y", color="vermillion", dash="solid", width=1.2,
                     label="layer after layer, from q = 3"),
                Rule("q", axis="x", label="q*"),
            ),
            height=320,
        ),
        Panel(
            "χ = σw² × mean of f′(z)² at q*: what one layer does to the squared norm",
            Axis("weight variance σw²", limits=WEIGHTS),
            Axis("χ", limits=(0, 2)),
            (
                Rule(1.0, dash="solid", label="1: the edge"),
                Line("weights", "curve", color="blue", dash="solid"),
                Points("here", "now", color="ink", marker="circle", size=5),
            ),
            height=230,
        ),
    ),
    describe="With {activation}, weight variance {sigma_w2:.2f} and bias variance {sigma_b2:.2f}, "
    "the variance {settles}, chi is {chi:.3f}, and {verdict}.",
)  # fmt: skip
