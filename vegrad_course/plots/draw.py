"""The static twin of a living figure: a scene drawn with matplotlib."""

import io
import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from PIL import Image

from vegrad_course.plots.marks import DRAW
from vegrad_course.plots.style import style
from vegrad_course.scenes.model import Axis, Panel, Scene

WIDTH, PIXELS = 7.4, 78.0  # inches; pixels of the living figure to the inch


def draw(scene: Scene, axes: Sequence[Axes] | Axes) -> Sequence[Axes] | Axes:
    """Draw the scene: one Axes for each of its panels, or the Axes of its only panel."""
    each = np.atleast_1d(np.asarray(axes, dtype=object)).ravel()
    if len(each) != len(scene.figure.panels):
        raise ValueError(
            f"{scene.figure.name} has {len(scene.figure.panels)} panels: got {len(each)} Axes."
        )
    for panel, ax in zip(scene.figure.panels, each, strict=True):
        draw_panel(panel, scene, ax)
    return axes


def draw_panel(panel: Panel, scene: Scene, axes: Axes) -> Axes:
    set_scale(panel.x, axes, "x")
    set_scale(panel.y, axes, "y")
    for mark in panel.marks:
        DRAW[type(mark)](mark, scene, axes)
    set_limits(panel.x, axes, "x")
    set_limits(panel.y, axes, "y")
    axes.set_title(scene.text(panel.title))
    axes.set_xlabel(scene.text(panel.x.label))
    axes.set_ylabel(scene.text(panel.y.label), rotation=0, ha="left", va="bottom")
    axes.yaxis.set_label_coords(0, 1.02)
    if panel.equal:
        axes.set_aspect("equal", adjustable="datalim")
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="best")
    return axes


def set_scale(axis: Axis, axes: Axes, name: str) -> None:
    extra = {"linthresh": axis.threshold} if axis.scale == "symlog" else {}
    getattr(axes, f"set_{name}scale")(axis.scale, **extra)


def set_limits(axis: Axis, axes: Axes, name: str) -> None:
    if axis.limits:
        getattr(axes, f"set_{name}lim")(*axis.limits)
    elif name == "x":
        axes.margins(x=0.02)


def canvas(scene: Scene) -> Canvas:
    """A new matplotlib figure with the whole scene, its title above. Needs no pyplot."""
    figure, panels = scene.figure, scene.figure.panels
    rows = -(-len(panels) // figure.columns)
    heights = [max(p.height for p in panels[r * figure.columns :][: figure.columns])
               for r in range(rows)]  # fmt: skip
    with style():
        sheet = Canvas(figsize=(WIDTH, sum(heights) / PIXELS + 0.45 * rows + 0.4),
                       layout="constrained")  # fmt: skip
        grid = sheet.subplots(
            rows, figure.columns, squeeze=False, sharex=figure.share_x, height_ratios=heights
        )
        for spare in grid.ravel()[len(panels) :]:
            spare.remove()
        draw(scene, list(grid.ravel()[: len(panels)]))
        if figure.share_x:
            for ax in grid[:-1].ravel():
                ax.set_xlabel("")
        title = textwrap.fill(scene.title, 72)
        sheet.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
    return sheet


def render_png(scene: Scene, dpi: int = 110) -> bytes:
    """The scene as a PNG file."""
    return png(canvas(scene), dpi)


def png(sheet: Canvas, dpi: int = 110) -> bytes:
    """The figure as a PNG file of 256 colours, a third of the size: notebooks keep it twice."""
    drawn, small = io.BytesIO(), io.BytesIO()
    with style():
        sheet.savefig(drawn, format="png", dpi=dpi)
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(small, format="png", optimize=True)
    return small.getvalue()
