"""The powers of an upper triangular matrix: the norm may grow first, whatever the eigenvalues."""

import math

import numpy as np

from vegrad_course.reference.spectra import power_norms
from vegrad_course.scenes.model import Axis, Figure, Label, Line, Panel, Points, Rule, Slider

STEPS = 60


def compute(a: float, b: float, c: float) -> dict[str, object]:
    """||W^k|| and r^k for k = 0..60 with W = [[a, c], [0, b]], and where the norm is largest."""
    k, radius = np.arange(STEPS + 1.0), max(a, b)
    norms = power_norms(np.array([[a, c], [0.0, b]]), STEPS)
    top = int(np.flatnonzero(norms >= norms.max() * (1 - 1e-9))[0])
    large = np.flatnonzero(norms >= 1 - 1e-9)
    faded = top > 0 and large[-1] < STEPS
    return {
        "k": k,
        "norms": norms,
        "powers": radius**k,
        "radius": radius,
        "top": top,
        "peak": float(norms[top]),
        "top_at": np.array([float(top)]),
        "peak_at": norms[[top]],
        "below": float(large[-1] + 1) if faded else math.nan,
        "story": story(radius, top, float(norms[-1])),
    }


def story(radius: float, top: int, last: float) -> str:
    """What the norm does; `top` is the first k at which it is largest."""
    if top == 0:
        return "falls from the start" if last < 1 - 1e-9 else "stays"
    return "first grows" if radius < 1 else "grows and never fades"


FIGURE = Figure(
    name="non_normal_growth",
    title="Spectral radius {radius:.2f}: the norm {story}; its peak is {peak:.3g}, at k = {top}",
    controls=(
        Slider("a", "a", 0.9, min=0.0, max=1.05, step=0.05),
        Slider("b", "b", 0.8, min=0.0, max=1.05, step=0.05),
        Slider("c", "off-diagonal c", 1.0, min=0.0, max=10.0, step=0.5),
    ),
    compute=compute,
    panels=(
        Panel(
            "W has the rows ({a:.2f}, {c:.1f}) and (0, {b:.2f}): eigenvalues {a:.2f} and {b:.2f}",
            Axis("steps k", limits=(0, STEPS)),
            Axis("norm", scale="log", limits=(1e-3, 1e3)),
            (
                Rule(1.0, dash="solid"),
                Rule("below", axis="x", label="below 1 from k = {below}"),
                Line("k", "powers", color="vermillion", dash="dash",
                     label="rᵏ: what the spectral radius alone says"),
                Points("k", "norms", color="blue", marker="circle", size=3, label="‖Wᵏ‖, measured"),
                Points("top_at", "peak_at", color="ink", marker="diamond", size=5),
                Label("top", "peak", "{peak:.3g} at k = {top}"),
            ),
            height=340,
        ),
    ),
    describe="With eigenvalues {a:.2f} and {b:.2f} and {c:.1f} beside them, the norm of the powers "
    "{story}: its largest value up to k = 60 is {peak:.3g}, at k = {top}.",
    twin=("non_normal_growth",),
)  # fmt: skip
