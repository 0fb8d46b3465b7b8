"""The error of a measured slope against its step: the mathematics falls, the rounding climbs.

All errors are relative to the true slope, so an error of 10^-d means about d right digits.
"""

from typing import Any

import numpy as np

from vegrad_course.reference.smooth import sigmoid, sigmoid_grad
from vegrad_course.scenes.model import (
    Axis,
    Choice,
    Figure,
    Line,
    Panel,
    Points,
    Rule,
    Slider,
    Toggle,
)

STEPS = np.logspace(-14, 0, 43)
ENDS = STEPS[[0, -1]]


def sigmoid_slopes(x: float) -> tuple[float, float, float]:
    s, slope = float(sigmoid(x)), float(sigmoid_grad(x))
    return slope, slope * (1 - 2 * s), slope * (1 - 6 * slope)


FUNCTIONS: dict[str, tuple[Any, Any]] = {  # the function, and its first three derivatives
    "sigmoid": (sigmoid, sigmoid_slopes),
    "exp": (np.exp, lambda x: (np.exp(x),) * 3),
    "cubic": (lambda x: x * x * x, lambda x: (3 * x**2, 6 * x, 6.0)),
}


def errors(function: str, x: float, steps: np.ndarray, dtype: Any) -> tuple[np.ndarray, ...]:
    """Relative errors of the central and the forward difference, computed wholly in `dtype`.

    Nothing below the last digit of the slope is told apart: less than that is luck.
    """
    f, slopes = FUNCTIONS[function]
    at, h = dtype(x), steps.astype(dtype)
    slope = slopes(float(at))[0]
    central, forward = (f(at + h) - f(at - h)) / (2 * h), (f(at + h) - f(at)) / h
    last_digit = float(np.finfo(dtype).eps) / 2
    return tuple(
        np.maximum(np.abs(measured.astype(float) / slope - 1), last_digit)
        for measured in (central, forward)
    )


def compute(function: str, x: float, eps: float, float32: bool) -> dict[str, object]:
    """Measured errors over STEPS (43,), predicted lines over ENDS (2,), and the error at eps.

    Predicted, by Taylor: |f'''| ε² / 6 and |f''| ε / 2. By rounding: half a last digit of f(x) and
    of x itself, divided by ε.
    """
    dtype = np.float32 if float32 else np.float64
    f, slopes = FUNCTIONS[function]
    d1, d2, d3 = np.abs(slopes(x))
    central, forward = errors(function, x, STEPS, dtype)
    mine = errors(function, x, np.array([eps]), dtype)[0]
    rounding = float(np.finfo(dtype).eps) / 2 * (abs(float(f(x))) / d1 + x)
    return {
        "steps": STEPS,
        "ends": ENDS,
        "central": central,
        "forward": forward,
        "square": d3 / d1 / 6 * ENDS**2,
        "linear": d2 / d1 / 2 * ENDS,
        "rounding": rounding / ENDS,
        "chosen": np.array([eps]),
        "mine": mine,
        "digits": max(0.0, float(-np.log10(mine[0]))),
        "best": float(STEPS[np.argmin(central)]),
        "most": float(-np.log10(central.min())),
        "precision": "float32" if float32 else "float64",
    }


FIGURE = Figure(
    name="gradient_check",
    title="In {precision} the step {eps:.0e} gives {digits:.1f} right digits; "
    "the best, {best:.0e}, gives {most:.1f}",
    controls=(
        Choice("function", "function", "sigmoid", options=tuple(FUNCTIONS)),
        Slider("x", "at x", 0.7, min=0.2, max=2.7, step=0.5),
        Slider("eps", "your step ε", 1e-10, min=1e-13, max=0.1, step=0.25, log=True),
        Toggle("float32", "float32", False),
    ),
    compute=compute,
    panels=(
        Panel(
            "From the right the mathematics, from the left the rounding",
            Axis("step ε", scale="log", limits=(1e-14, 1)),
            Axis("relative error of the slope", scale="log", limits=(1e-16, 10)),
            (
                Line("ends", "rounding", color="purple", dash="dot",
                     label="predicted: rounding, 1/ε"),
                Line("ends", "linear", color="vermillion", dash="dash", label="Taylor, ε"),
                Line("ends", "square", color="blue", dash="solid", width=1.4, label="Taylor, ε²"),
                Points("steps", "forward", color="vermillion", marker="triangle",
                       label="forward difference"),
                Points("steps", "central", color="blue", marker="circle",
                       label="central difference"),
                Rule("eps", axis="x", label="your ε"),
                Points("chosen", "mine", color="ink", marker="diamond", size=5),
            ),
            height=360,
        ),
    ),
    describe="The slope of {function} at x = {x:.1f} by central differences in {precision}: the "
    "step {eps:.1e} gives {digits:.1f} right digits, the best step, {best:.1e}, gives {most:.1f}.",
)  # fmt: skip
