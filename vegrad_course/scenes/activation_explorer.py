"""An activation and its slope; shaded where the slope is below 1% of its largest value."""

from dataclasses import replace

import numpy as np

from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.scenes.model import Axis, Band, Choice, Figure, Line, Panel, Points, Rule, Slider

GRID = np.linspace(-10, 10, 201)


def compute(activation: str, z: float) -> dict[str, object]:
    """Curves on GRID (201,), and their values at z."""
    entry = ACTIVATIONS[activation]
    slopes, slope = entry.derivative(GRID), float(entry.derivative(z))
    low, high = np.clip(entry.domain, -10, 10)
    return {
        "grid": GRID,
        "values": entry.value(GRID),
        "slopes": slopes,
        "at": np.array([z]),
        "value": np.array([entry.value(z)]),
        "slope": np.array([slope]),
        "height": float(entry.value(z)),
        "steepness": slope,
        "percent": 100 * slope / np.max(np.abs(slopes)),
        "low": low,
        "high": high,
        "place": "in a flat region" if slope_is_small(slope, slopes) else "alive",
    }


def slope_is_small(slope: float, slopes: np.ndarray) -> bool:
    """True if less than 1% of the largest slope is left."""
    return bool(abs(slope) < 0.01 * np.max(np.abs(slopes)))


FLAT = (
    Band(-10, "low", label="slope below 1% of its largest"),
    Band("high", 10),
)
AXIS = Axis("pre-activation z", limits=(-10, 10))

FIGURE = Figure(
    name="activation_explorer",
    title="At z = {z:.1f} {activation} passes {percent:.3g}% of its largest slope",
    controls=(
        Choice("activation", "activation", "sigmoid", options=tuple(ACTIVATIONS)),
        Slider("z", "pre-activation z", 4.0, min=-10.0, max=10.0, step=0.1),
    ),
    compute=compute,
    panels=(
        Panel(
            "Value: f(z) = {height:.3f}",
            AXIS,
            Axis("f(z)"),
            (*FLAT, Line("grid", "values"), Points("at", "value", color="ink", size=4.5)),
            height=210,
        ),
        Panel(
            "Slope: f′(z) = {steepness:.4f}",
            AXIS,
            Axis("f′(z)"),
            (
                *(replace(band, label="") for band in FLAT),
                Rule(0.0, dash="solid"),
                Line("grid", "slopes", color="vermillion"),
                Points("at", "slope", color="ink", size=4.5),
            ),
            height=210,
        ),
    ),
    describe="{activation} at z = {z:.1f} has the value {height:.3f} and the slope "
    "{steepness:.4f}, {percent:.3g}% of its largest: the unit is {place}.",
    share_x=True,
    twin=("activations", "activation_explorer"),
)
