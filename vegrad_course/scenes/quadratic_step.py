"""Gradient descent on a quadratic of two directions: beyond 2 / lambda_max it explodes.

The loss is (x^2 + steep y^2) / 2. One step multiplies x by 1 - lr and y by 1 - lr steep.
"""

import numpy as np

from vegrad_course.reference.optimizers import sgd_step, stable_learning_rate
from vegrad_course.scenes.model import Axis, Figure, Line, Panel, Points, Rule, Slider

STEPS = 30
START = np.array([1.0, 1.0])
RATES = np.linspace(0.0, 0.6, 73)
K = np.arange(STEPS + 1.0)


def path(lr: float, H: np.ndarray) -> np.ndarray:
    """Places (STEPS + 1, 2) of gradient descent from START."""
    places = [START]
    for _ in range(STEPS):
        places.append(sgd_step(places[-1], H @ places[-1], lr))
    return np.array(places)


def verdict(slower: float) -> str:
    if abs(slower - 1) < 1e-9:
        return "it jumps from side to side for ever"
    return "it converges" if slower < 1 else "it explodes"


def compute(lr: float, steep: float) -> dict[str, object]:
    """log10 of both distances over K (31,), and the factor per step over RATES (73,)."""
    H = np.diag([1.0, steep])
    sizes = np.maximum(np.abs(path(lr, H)), 1e-18)
    factors = np.abs(1 - np.outer(RATES, [1.0, steep]))
    slower = max(abs(1 - lr), abs(1 - lr * steep))
    return {
        "k": K,
        "flat_size": np.log10(sizes[:, 0]),
        "steep_size": np.log10(sizes[:, 1]),
        "predicted": K * np.log10(slower),
        "rates": RATES,
        "flat_factor": factors[:, 0],
        "steep_factor": factors[:, 1],
        "here": np.array([lr]),
        "now": np.array([slower]),
        "slower": slower,
        "limit": float(stable_learning_rate(H)),
        "verdict": verdict(slower),
    }


FIGURE = Figure(
    name="quadratic_step",
    title="lr = {lr:.3f}, limit {limit:.3f}: the slower direction gets × {slower:.2f} per step, "
    "{verdict}",
    controls=(
        Slider("lr", "learning rate", 0.05, min=0.01, max=0.6, step=0.005),
        Slider("steep", "λ_max", 4.0, min=2.0, max=16.0, step=1.0),
    ),
    compute=compute,
    panels=(
        Panel(
            "Distance to the minimum, in each direction",
            Axis("step", limits=(0, STEPS)),
            Axis("log₁₀ distance", limits=(-10, 10)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "predicted", color="ink", dash="dot",
                     label="predicted: the larger factor"),
                Points("k", "flat_size", color="blue", marker="circle", size=3,
                       label="flat direction, λ = 1"),
                Points("k", "steep_size", color="vermillion", marker="triangle", size=3,
                       label="steep direction, λ_max"),
            ),
            height=260,
        ),
        Panel(
            "What one step does: below 1 it shrinks, above 1 it explodes",
            Axis("learning rate", limits=(0, 0.6)),
            Axis("factor per step, |1 − lr λ|", limits=(0, 2)),
            (
                Rule(1.0, dash="solid"),
                Rule("limit", axis="x", label="2/λ_max = {limit:.3f}"),
                Line("rates", "flat_factor", color="blue", dash="solid", label="flat"),
                Line("rates", "steep_factor", color="vermillion", dash="dash", label="steep"),
                Points("here", "now", color="ink", marker="diamond", size=5, label="you"),
            ),
            height=230,
        ),
    ),
    describe="Gradient descent with learning rate {lr:.3f} where the curvatures are 1 and "
    "{steep:.0f}: the slower direction is multiplied by {slower:.2f} per step, {verdict}. The "
    "limit is {limit:.3f}.",
)  # fmt: skip
