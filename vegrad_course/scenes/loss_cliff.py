"""A walk down a loss with a cliff, step by step: plain gradient descent and a clipped one.

One landscape is a chain of 50 sigmoid units that share a weight w and a bias: the output changes
by a jump where a fixed point of the chain is lost. The other is the steep wall x^4.
Source of the first: Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural
networks (2013), the error surface of one recurrent unit, here along its weight alone.
"""

from functools import cache
from typing import Any

import numpy as np

from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Play, Points, Rule, Slider

STEPS, LAYERS, BIAS, TARGET = 40, 50, -2.5, 0.7
K = np.arange(STEPS + 1.0)
FAR = 1e3  # a walker beyond this is lost
Place = float | np.ndarray


def chain(w: Place) -> tuple[Any, Any]:
    """Loss (a_50 - 0.7)^2 and its slope by w, where a_l = sigmoid(w a_{l-1} + b), a_0 = 0.9."""
    a: Any = 0.9
    slope: Any = 0.0
    for _ in range(LAYERS):
        s = 0.5 + 0.5 * np.tanh((w * a + BIAS) / 2)  # the sigmoid, without overflow
        a, slope = s, s * (1 - s) * (a + w * slope)
    return (a - TARGET) ** 2, 2 * (a - TARGET) * slope


def quartic(x: Place) -> tuple[Any, Any]:
    """Loss x^4 and its slope 4 x^3."""
    return x**4, 4 * x**3


LANDSCAPES = {"chain": (chain, 6.0, (4.0, 6.5)), "x^4": (quartic, 3.0, (-3.5, 3.5))}


@cache
def walk(landscape: str, lr: float, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Places and slopes (STEPS + 1,) of descent whose slope is clipped; NaN where it is lost."""
    loss, x, _ = LANDSCAPES[landscape]
    places, slopes = np.full((2, STEPS + 1), np.nan)
    for k in range(STEPS + 1):
        slope = loss(x)[1]
        places[k], slopes[k] = x, slope
        x = x - lr * max(-limit, min(slope, limit))
        if abs(x) > FAR:
            break
    return places, slopes


def walker(landscape: str, lr: float, limit: float, step: int) -> dict[str, object]:
    """The trail up to `step` inside the picture, the slopes met (log10), and the place now."""
    loss, _, (low, high) = LANDSCAPES[landscape]
    xs, slopes = walk(landscape, lr, limit)
    seen = step >= K
    trail = np.where(seen & (xs >= low) & (xs <= high), xs, np.nan)
    at = float(xs[step])
    return {
        "x": trail,
        "loss": loss(trail)[0],
        "slope": np.where(seen, np.log10(np.maximum(np.abs(slopes), 1e-6)), np.nan),
        "now": float(trail[step]),
        "at": "lost" if np.isnan(at) else f"at {at:.2f}".replace("-", "−"),
    }


def compute(landscape: str, lr: float, max_norm: float, step: int) -> dict[str, object]:
    """The loss (81,) and both walkers: their trails and slopes (41,), NaN after `step`."""
    loss, _, (low, high) = LANDSCAPES[landscape]
    places = np.linspace(low, high, 81)
    plain = walker(landscape, lr, np.inf, step)
    clipped = walker(landscape, lr, max_norm, step)
    return {
        "places": places,
        "heights": loss(places)[0],
        "k": K,
        "cut": float(np.log10(max_norm)),
        "most": lr * max_norm,
        **{f"plain_{name}": item for name, item in plain.items()},
        **{f"clipped_{name}": item for name, item in clipped.items()},
    }


FIGURE = Figure(
    name="loss_cliff",
    title="Step {step}: plain descent is {plain_at}, clipped descent is {clipped_at}",
    controls=(
        Choice("landscape", "loss", "chain", options=tuple(LANDSCAPES)),
        Slider("lr", "learning rate", 3.0, min=0.01, max=10.0, step=0.05, log=True),
        Slider("max_norm", "max_norm", 0.05, min=0.01, max=100.0, step=0.1, log=True),
        Play("step", "step", 20, min=0, max=STEPS, step=1, interval=150),
    ),
    compute=compute,
    panels=(
        Panel(
            "No clipped step is longer than lr × max_norm = {most:.3g}",
            Axis("the weight"),
            Axis("loss"),
            (
                Line("places", "heights", color="ink", dash="solid", width=1.4, label="loss"),
                Rule("plain_now", axis="x", color="vermillion", label="plain"),
                Rule("clipped_now", axis="x", color="blue", dash="solid", label="clipped"),
                Points("plain_x", "plain_loss", color="vermillion", marker="triangle",
                       label="plain descent"),
                Points("clipped_x", "clipped_loss", color="blue", marker="circle",
                       label="clipped descent"),
            ),
            height=260,
        ),
        Panel(
            "The size of the gradient at each step",
            Axis("step", limits=(0, STEPS)),
            Axis("log₁₀ |gradient|"),
            (
                Rule("cut", label="max_norm = {max_norm:.3g}"),
                Points("k", "plain_slope", color="vermillion", marker="triangle", size=3,
                       label="plain descent"),
                Points("k", "clipped_slope", color="blue", marker="circle", size=3,
                       label="clipped descent, before clipping"),
            ),
            height=230,
        ),
    ),
    describe="Descent on a loss with a cliff, learning rate {lr:.3g}, after {step} steps: plain "
    "descent is {plain_at}, and descent clipped at {max_norm:.3g} is {clipped_at}.",
)  # fmt: skip
