"""A recurrent network that reads a sequence: how much of the gradient is left k steps earlier.

One fixed draw of each kind of matrix is kept; the gain only scales it.
"""

from functools import cache

import numpy as np

from vegrad_course.reference.recurrent import (
    rnn_forward,
    state_jacobian_bound,
    state_jacobian_norms,
)
from vegrad_course.reference.spectra import gaussian_layers, spectral_radius
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Rule, Slider

UNITS, STEPS = 32, 40
KINDS = ("Gaussian", "orthogonal", "identity")
K = np.arange(STEPS + 1.0)


@cache
def recurrence(kind: str) -> np.ndarray:
    """W_h (32, 32) at gain 1."""
    gaussian = gaussian_layers(UNITS, 1, 1.0, np.random.default_rng(8))[0]
    if kind == "identity":
        return np.eye(UNITS)
    return gaussian if kind == "Gaussian" else np.linalg.qr(gaussian)[0]


@cache
def drive(sequence: int) -> np.ndarray:
    """W_x x_t for each step, (40, 32), standard normal."""
    return np.random.default_rng(sequence).normal(size=(STEPS, UNITS))


def compute(kind: str, gain: float, strength: float, sequence: int) -> dict[str, object]:
    """log10 of the norms of dh_T / dh_{T-k} for k = 0..40, two predictions, and the slopes."""
    W_h, xs = gain * recurrence(kind), strength * drive(sequence)
    hs = rnn_forward(W_h, np.eye(UNITS), np.zeros(UNITS), xs, np.zeros(UNITS))
    measured = np.log10(state_jacobian_norms(W_h, hs))
    bound = np.log10(state_jacobian_bound(W_h, hs))
    radius, slopes, total = spectral_radius(W_h), 1 - hs[:0:-1] ** 2, float(measured[-1])
    return {
        "k": K,
        "measured": measured,
        "bound": bound,
        "by_radius": K * np.log10(radius),
        "radius": radius,
        "factor": float(10 ** bound[1]),
        "rate": 10 ** (total / STEPS),
        "total": total,
        "verdict": "holds" if abs(total) < 0.5 else "vanishes" if total < 0 else "explodes",
        "back": K[1:],
        "largest_slope": slopes.max(axis=1),
        "mean_slope": slopes.mean(axis=1),
        "gamma": float(slopes.max()),
    }


FIGURE = Figure(
    name="state_jacobian",
    title="{kind} × {gain:.2f}: 40 steps back the gradient {verdict}, "
    "log₁₀ = {total:+.1f}",
    controls=(
        Choice("kind", "recurrent matrix", "Gaussian", options=KINDS),
        Slider("gain", "recurrent gain", 1.0, min=0.3, max=1.5, step=0.05),
        Slider("strength", "strength of the input", 0.5, min=0.0, max=2.0, step=0.1),
        Slider("sequence", "sequence", 0, min=0, max=9, step=1),
    ),
    compute=compute,
    panels=(
        Panel(
            "The bound allows ×{factor:.2f} a step; measured on average ×{rate:.2f}",
            Axis("steps travelled back in time, k", limits=(0, STEPS)),
            Axis("log₁₀ of the norm of the state Jacobian",
                 limits=(-30, 20)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "bound", dash="dash", label="bound (γ σ_max)ᵏ"),
                Line("k", "by_radius", color="green", dash="dot",
                     label="spectral radius {radius:.2f} to the k: no bound"),
                Points("k", "measured", color="vermillion", marker="circle", size=3,
                       label="measured"),
            ),
            height=320,
        ),
        Panel(
            "Every step also multiplies by slopes of tanh; the largest is γ = {gamma:.2f}",
            Axis("steps travelled back in time, k", limits=(0, STEPS)),
            Axis("slope of tanh", limits=(0, 1.05)),
            (
                Rule(1.0, dash="solid"),
                Line("back", "largest_slope", dash="dash", label="largest of 32 units"),
                Line("back", "mean_slope", color="vermillion", dash="solid", label="mean"),
            ),
            height=180,
        ),
    ),
    describe="A recurrent network of 32 tanh units, {kind} matrix, gain {gain:.2f}, input strength "
    "{strength:.1f}: after 40 steps back the gradient {verdict}, log10 of the norm is {total:.1f}. "
    "The bound allows a factor of {factor:.2f} per step, and {rate:.2f} was measured.",
)  # fmt: skip
