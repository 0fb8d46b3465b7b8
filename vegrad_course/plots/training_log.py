"""The picture of a training run: layers by steps, gradient against depth, and the loss."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from vegrad_course.plots.show import Still, show
from vegrad_course.plots.style import style
from vegrad_course.scenes.model.palette import LIGHT

Marks = Sequence[tuple[int, str]]


def training_log(
    steps: np.ndarray,
    layers: Sequence[str],
    gradients: np.ndarray,
    losses: tuple[np.ndarray, np.ndarray],
    events: Marks = (),
    headline: str = "",
    what: str = "log₁₀ gradient norm",
) -> Still:
    """One picture of a run, headed by its finding.

    gradients: log10 (layers, steps), named by `what`. losses: steps and values.
    events: step and text.
    """
    with style():
        room = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
        sheet = Canvas(figsize=(7.4, 8.4), layout=room)
        heat, depth, curve = sheet.subplots(3, 1, height_ratios=[1.2, 1, 1])
        _heat_map(heat, steps, layers, gradients, what)
        _against_depth(depth, steps, gradients, what)
        _loss(curve, *losses, events)
        sheet.suptitle(headline, x=0.02, ha="left", fontsize=13)
    ends = "from the first layer to the last"
    return show(sheet, alt=f"{headline}. Gradient norms by layer and step, {ends}; loss by step.")


def _heat_map(
    ax: Axes, steps: np.ndarray, layers: Sequence[str], gradients: np.ndarray, what: str
) -> None:
    shown = np.ma.masked_invalid(gradients)
    mesh = ax.pcolormesh(np.arange(len(steps) + 1), np.arange(len(layers) + 1), shown)
    sheet: Any = ax.figure
    sheet.colorbar(mesh, ax=ax, label=what)
    rows, columns = np.nonzero(~np.isfinite(gradients))
    ax.plot(columns + 0.5, rows + 0.5, "x", color=LIGHT["vermillion"], markersize=4)
    every = max(1, len(layers) // 12)
    ax.set_yticks(np.arange(0, len(layers), every) + 0.5, list(layers)[::every])
    some = np.unique(np.linspace(0, len(steps) - 1, 6).astype(int))
    ax.set_xticks(some + 0.5, [str(steps[i]) for i in some])
    title = "Each row is a layer, the first at the bottom"
    title += "; × is zero or not finite" if len(rows) else ""
    ax.set(title=title, xlabel="step", ylabel="layer")
    ax.grid(False)


def _against_depth(ax: Axes, steps: np.ndarray, gradients: np.ndarray, what: str) -> None:
    depth = np.arange(1, len(gradients) + 1)
    finite = np.where(np.isfinite(gradients), gradients, np.nan)
    for at in np.unique([0, len(steps) // 2, len(steps) - 1]):
        ax.plot(depth, finite[:, at], marker="o", markersize=4, label=f"step {steps[at]}")
    ax.set(title="A slope means that depth changes the gradient", xlabel="layer")
    ax.set_ylabel(what)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()


def _loss(ax: Axes, steps: np.ndarray, values: np.ndarray, events: Marks) -> None:
    finite = np.isfinite(values)
    ax.plot(steps[finite], values[finite])
    if finite.any() and values[finite].min() > 0:
        ax.set_yscale("log")
    for i, (step, text) in enumerate(events):
        ax.axvline(step, color=LIGHT["vermillion"], linewidth=1, linestyle=":")
        ax.annotate(
            text,
            (step, 0.95 - 0.09 * (i % 4)),
            xycoords=("data", "axes fraction"),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=9,
            color=LIGHT["vermillion"],
            va="top",
        )
    ax.set(title="The loss, with what happened to it", xlabel="step", ylabel="loss")
