"""The picture of a run: the loss by step, and the gradient norm by layer and step."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vegrad_course.scenes.model import (
    Area,
    Axis,
    Figure,
    HeatMap,
    Line,
    Panel,
    Points,
    Rule,
    Toggle,
)
from vegrad_course.scenes.model.text import number
from vegrad_course.widgets.training.run import Run, digits


@dataclass(frozen=True)
class Stop(Toggle):
    """A button that interrupts the kernel with this id; shown while the value is True."""

    kernel: str = ""


def picture(run: Run, kernel: str = "") -> Figure:
    """The figure of this run. Its axes span all steps, so that the curve shows the progress."""
    steps = Axis("step", limits=(-0.5, run.steps - 0.5))
    rows = len(run.layers)
    return Figure(
        name="live_training",
        title="{headline}",
        controls=(Stop("running", "", False, kernel=kernel),),
        compute=lambda running: data(run),
        panels=(
            Panel(
                "{loss_title}",
                steps,
                Axis("loss", scale="log"),
                (
                    Area("step", "low", "high", color="blue"),
                    Line("step", "mean", color="blue"),
                    Rule("diverged", axis="x", color="vermillion", label="diverged"),
                ),
                height=200,
            ),
            Panel(
                "{gradient_title}",
                steps,
                Axis("layer", limits=(0.5, rows + 0.5)),
                (
                    HeatMap("columns", "layers", "cells", label="log₁₀ of the gradient norm"),
                    Points("zero_step", "zero_layer", marker="circle", color="muted", size=2),
                    Points("lost_step", "lost_layer", marker="cross", color="vermillion", size=3),
                ),
                height=min(120 + 14 * rows, 330),
            ),
        ),
        describe="{headline}. {loss_title}. {gradient_title}.",
        share_x=True,
    )


def data(run: Run) -> dict[str, Any]:
    return {
        **loss_curves(run),
        "headline": run.headline,
        "loss_title": loss_title(run),
        "gradient_title": gradient_title(run),
        "diverged": float(run.done - 1) if run.diverged else math.nan,
        **gradient_cells(run),
    }


def loss_curves(run: Run) -> dict[str, np.ndarray]:
    """The bins of the loss; before the first, one place outside of the panel stands in."""
    curves = run.losses.curves()
    curves = {k: v if k == "step" else np.where(v > 0, v, np.nan) for k, v in curves.items()}
    if not all(np.isfinite(v).any() for v in curves.values()):
        return {"step": np.array([2.0 * run.steps])} | dict.fromkeys(
            ("low", "mean", "high"), np.ones(1)
        )
    return curves


def gradient_cells(run: Run) -> dict[str, np.ndarray]:
    """Finite cells as colours, the others blank with a mark; a last column lies off the panel."""
    cells, columns = run.gradients.cells, run.gradients.steps
    shown = np.where(np.isfinite(cells), cells, np.nan)
    low = np.min(shown[np.isfinite(shown)], initial=np.inf)
    beyond = np.full((len(cells), 1), low if np.isfinite(low) else 0.0)
    return {
        "columns": np.append(columns, columns[-1] + run.gradients.width),
        "layers": np.arange(1.0, len(cells) + 1),
        "cells": np.hstack([shown, beyond]),
        **marks("zero", np.isneginf(cells), columns),
        **marks("lost", np.isposinf(cells), columns),
    }


def marks(name: str, where: np.ndarray, columns: np.ndarray) -> dict[str, np.ndarray]:
    """Places of the cells where this is true, after one place that lies off the panel."""
    row, column = np.nonzero(where)
    off = columns[-1] + 10 * (columns[-1] + 1)
    return {
        f"{name}_step": np.append(off, columns[column]),
        f"{name}_layer": np.append(1.0, row + 1.0),
    }


def loss_title(run: Run) -> str:
    text = run.outcome
    if run.state == "running" and run.done > run.before:
        left = (run.steps - run.done) / run.speed
        text += f"; {digits(run.speed)} steps a second, {duration(left)} left"
    if np.any(run.losses.low <= 0):
        text += "; values at or below zero are not on this log axis"
    return text


def gradient_title(run: Run) -> str:
    grid = run.gradients
    if np.isnan(grid.latest).all():
        return "No gradient yet: call record(loss) after loss.backward()"
    ends = {1: grid.latest[0], len(grid.latest): grid.latest[-1]}
    told = ", ".join(f"{size(v)} in layer {layer}" for layer, v in ends.items())
    keys = [("● zero", np.isneginf(grid.cells)), ("× not finite", np.isposinf(grid.cells))]
    key = ", ".join(words for words, where in keys if where.any())
    return f"Gradient norm {told}" + (f" ({key})" if key else "")


def size(log10_norm: float) -> str:
    """The norm in words; 10^x is written from x, which has no underflow."""
    if math.isnan(log10_norm):
        return "none"
    if math.isinf(log10_norm):
        return "not finite" if log10_norm > 0 else "exactly zero"
    return number(10.0**log10_norm, ".2g") if abs(log10_norm) < 300 else f"10^{log10_norm:.0f}"


def duration(seconds: float) -> str:
    """4 s, 3 min or 2 h."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
