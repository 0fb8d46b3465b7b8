"""Two hundred units, a thousand examples, one bias: silent on a batch is not dead on all the data.

Every unit has a weight vector of length 1, so z = w·x + b is N(b, 1) over the examples.
"""

from functools import cache

import numpy as np

from vegrad_course.reference.gains import dead_units
from vegrad_course.reference.rectifiers import leaky_relu_grad
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

UNITS, EXAMPLES, BATCH, INPUTS = 200, 1000, 32, 200
BIASES = np.linspace(-5, 1, 61)
LEAKS = {"ReLU": 0.0, "leaky 0.01": 0.01, "leaky 0.1": 0.1}
FLOOR = 1e-4


@cache
def sums() -> np.ndarray:
    """w·x for 1000 examples and 200 units (1000, 200)."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(INPUTS, UNITS))
    return rng.normal(size=(EXAMPLES, INPUTS)) @ (weights / np.linalg.norm(weights, axis=0))


@cache
def shares() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At each of BIASES: the share of zeros, of units dead on a batch, and dead on all the data."""
    zeros, batch, data = [], [], []
    for b in BIASES:
        acts = np.maximum(sums() + b, 0)
        zeros.append(np.mean(acts == 0))
        batch.append(dead_units([acts[:BATCH]]).mean())
        data.append(dead_units([acts]).mean())
    return np.array(zeros), np.array(batch), np.array(data)


def compute(b: float, activation: str) -> dict[str, object]:
    """Shares over all biases (61,), and the mean slope of each unit at this one (200,), sorted."""
    zeros, batch, data = shares()
    acts = np.maximum(sums() + b, 0)
    off, on_batch, on_all = (acts == 0).mean(), dead_units([acts[:BATCH]]), dead_units([acts])
    slopes = np.sort(leaky_relu_grad(sums() + b, LEAKS[activation]).mean(axis=0))
    lost = int(np.sum(slopes == 0))
    return {
        "biases": BIASES,
        "zeros": zeros,
        "batch": batch,
        "data": data,
        "off": float(off),
        "on_batch": float(on_batch.mean()),
        "dead": float(on_all.mean()),
        "unit": np.arange(1.0, UNITS + 1),
        "slopes": slopes,
        "lost": lost,
        "gone": lost / UNITS,
        "finding": f"{lost} of {UNITS} units get no gradient from any example"
        if lost
        else "Every unit still gets a gradient, if only a small one",
    }


FIGURE = Figure(
    name="dead_units",
    title="{activation}, bias {b:.1f}: {gone:.1%} of the units get no gradient at all",
    controls=(
        Slider("b", "bias b of every unit", -1.0, min=-5.0, max=1.0, step=0.1),
        Choice("activation", "activation", "ReLU", options=tuple(LEAKS)),
    ),
    compute=compute,
    panels=(
        Panel(
            "At this bias {off:.1%} of the values are at or below 0",
            Axis("bias b of every unit", limits=(-5, 1)),
            Axis("share", limits=(-0.03, 1.5)),
            (
                Line("biases", "zeros", label="values at or below 0"),
                Line("biases", "batch", label="units silent on a batch of 32"),
                Line("biases", "data", label="units silent on all 1000"),
                Rule("b", axis="x", dash="solid", label="you"),
            ),
            height=300,
        ),
        Panel(
            "{finding}",
            Axis("unit, sorted", limits=(0, UNITS)),
            Axis("mean slope over all the data", "symlog", limits=(0, 1.2), threshold=FLOOR),
            (Points("unit", "slopes", color="vermillion", size=3, label="{activation}"),),
            height=230,
        ),
    ),
    describe="200 units with {activation} and bias {b:.1f}, 1000 examples. {off:.0%} of all values "
    "have z at or below 0. {on_batch:.0%} of the units are that low on a batch of 32, and "
    "{dead:.0%} on all the data. {lost:d} units get no gradient from any example.",
)
