"""One function for each mark: it draws on the Axes and returns them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from vegrad_course.plots.style import DASHES, MARKERS
from vegrad_course.scenes.model import (
    Area,
    Band,
    Bars,
    HeatMap,
    Image,
    Label,
    Line,
    Points,
    Rule,
    Scene,
)
from vegrad_course.scenes.model.palette import LIGHT

# From low to high through a light middle; the same stops as in the living figure.
BALANCE = LinearSegmentedColormap.from_list(
    "balance", ["#004488", "#5696cc", "#f5f5f5", "#e3864a", "#9e3c00"]
)


def line(mark: Line, scene: Scene, axes: Axes) -> Axes:
    axes.plot(
        *of(mark, scene, "x", "y"),
        color=LIGHT[mark.color],
        linestyle=DASHES[mark.dash],
        linewidth=mark.width,
        label=name(mark, scene),
    )
    return axes


def points(mark: Points, scene: Scene, axes: Axes) -> Axes:
    axes.plot(
        *of(mark, scene, "x", "y"),
        color=LIGHT[mark.color],
        linestyle="",
        marker=MARKERS[mark.marker],
        markersize=1.4 * mark.size,
        label=name(mark, scene),
    )
    return axes


def bars(mark: Bars, scene: Scene, axes: Axes) -> Axes:
    x, y = of(mark, scene, "x", "y")
    axes.bar(x, y, width=mark.width * gap(x), color=LIGHT[mark.color], label=name(mark, scene))
    return axes


def area(mark: Area, scene: Scene, axes: Axes) -> Axes:
    x, low, high = of(mark, scene, "x", "low", "high")
    axes.fill_between(
        x, low, high, color=LIGHT[mark.color], alpha=0.2, lw=0, label=name(mark, scene)
    )
    return axes


def band(mark: Band, scene: Scene, axes: Axes) -> Axes:
    low, high = scene.place(mark.low), scene.place(mark.high)
    if np.isfinite([low, high]).all():
        span = axes.axvspan if mark.axis == "x" else axes.axhspan
        span(low, high, color=LIGHT[mark.color], alpha=0.18, lw=0, label=name(mark, scene))
    return axes


def rule(mark: Rule, scene: Scene, axes: Axes) -> Axes:
    at, flat = scene.place(mark.at), mark.axis == "y"
    if not np.isfinite(at):
        return axes
    draw = axes.axhline if flat else axes.axvline
    draw(at, color=LIGHT[mark.color], linestyle=DASHES[mark.dash], linewidth=1.1)
    axes.annotate(
        scene.text(mark.label),
        (1, at) if flat else (at, 1),
        xycoords=axes.get_yaxis_transform() if flat else axes.get_xaxis_transform(),
        xytext=(-3, 3) if flat else (4, -3),
        textcoords="offset points",
        ha="right" if flat else "left",
        va="bottom" if flat else "top",
        color=LIGHT[mark.color],
        fontsize=9,
        annotation_clip=True,
    )
    return axes


def label(mark: Label, scene: Scene, axes: Axes) -> Axes:
    x, y = scene.place(mark.x), scene.place(mark.y)
    if np.isfinite([x, y]).all():
        axes.annotate(
            scene.text(mark.text),
            (x, y),
            xytext=(5, 5),
            textcoords="offset points",
            color=LIGHT[mark.color],
            fontsize=9.5,
            annotation_clip=True,
        )
    return axes


def heat_map(mark: HeatMap, scene: Scene, axes: Axes) -> Axes:
    x, y, z = of(mark, scene, "x", "y", "z")
    low, high = mark.limits or (np.nanmin(z), np.nanmax(z))
    if mark.diverging and not mark.limits:
        high = max(abs(low), abs(high)) or 1.0
        low = -high
    mesh = axes.pcolormesh(
        x, y, z, vmin=low, vmax=high, cmap=BALANCE if mark.diverging else "viridis"
    )
    axes.grid(False)
    axes.figure.colorbar(mesh, ax=axes, label=scene.text(mark.label))
    return axes


def image(mark: Image, scene: Scene, axes: Axes) -> Axes:
    z = scene.data[mark.z]
    extent = (0, z.shape[1], 0, z.shape[0])
    axes.imshow(
        z, cmap="gray", vmin=mark.limits[0], vmax=mark.limits[1], extent=extent, aspect="auto"
    )
    axes.grid(False)
    return axes


DRAW: dict[type, Callable[[Any, Scene, Axes], Axes]] = {
    Line: line,
    Points: points,
    Bars: bars,
    Area: area,
    Band: band,
    Rule: rule,
    Label: label,
    HeatMap: heat_map,
    Image: image,
}


def of(mark: Any, scene: Scene, *fields: str) -> list[np.ndarray]:
    """The arrays that these fields of the mark name."""
    return [scene.data[getattr(mark, field)] for field in fields]


def name(mark: Any, scene: Scene) -> str:
    """The entry in the legend; matplotlib leaves out what starts with an underscore."""
    return scene.text(mark.label) or "_"


def gap(x: np.ndarray) -> float:
    return float(abs(x[1] - x[0])) if len(x) > 1 else 1.0
