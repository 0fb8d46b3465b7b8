"""The matplotlib twin draws every mark on every kind of axis."""

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas

from vegrad_course import plots
from vegrad_course.scenes.model import (
    Area,
    Axis,
    Band,
    Bars,
    Figure,
    HeatMap,
    Image,
    Label,
    Line,
    Panel,
    Points,
    Rule,
)

X = np.arange(1.0, 6.0)
DATA = {
    "x": X, "y": X**2, "low": X, "high": 2 * X, "at": 3.0, "off": np.nan,
    "z": np.outer(X, X), "word": "here",
}  # fmt: skip
MARKS = {
    "line": Line("x", "y", label="squares"),
    "points": Points("x", "y", label="points"),
    "bars": Bars("x", "y", label="bars"),
    "area": Area("x", "low", "high", label="area"),
    "band": Band("at", 4, label="band"),
    "band across": Band(2, "at", axis="y"),
    "rule": Rule("at", label="a rule at {at:.0f}"),
    "rule upright": Rule(2.0, axis="x"),
    "label": Label("at", 4, "{word}"),
    "heat map": HeatMap("x", "x", "z", label="product"),
    "diverging": HeatMap("x", "x", "z", diverging=True),
    "image": Image("z", limits=(0, 25)),
}
IMAGES = [("image", "log"), ("image", "symlog")]  # an image fills a linear panel


def scene(*marks, scale="linear", **fields):
    panel = Panel("Reaches {at:.1f}", Axis("x"), Axis("y", scale=scale), marks, **fields)
    figure = Figure("all", "Title {at:.0f}", (), lambda: DATA, (panel,), "It is {at:.0f}.")
    return figure.scene()


SCALES = ("linear", "log", "symlog")


@pytest.mark.parametrize(
    ("name", "scale"),
    [(name, scale) for name in MARKS for scale in SCALES if (name, scale) not in IMAGES],
)
def test_a_mark_leaves_something_on_the_axes(name, scale):
    with plots.style():
        axes = Canvas().subplots()
    bare = len(axes.get_children())
    assert plots.draw(scene(MARKS[name], scale=scale), axes) is axes
    assert len(axes.get_children()) > bare
    assert axes.get_title(loc="left") + axes.get_title() == "Reaches 3.0"
    assert axes.get_yscale() == scale
    axes.figure.canvas.draw()


def test_labels_become_the_legend():
    axes = Canvas().subplots()
    plots.draw(scene(MARKS["line"], MARKS["points"], MARKS["rule upright"]), axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["squares", "points"]


def test_a_mark_at_nan_is_not_drawn():
    axes = Canvas().subplots()
    before = len(axes.patches) + len(axes.lines) + len(axes.texts)
    plots.draw(scene(MARKS["image"], Band("off", 3), Rule("off"), Label("off", 1, "no")), axes)
    assert len(axes.patches) + len(axes.lines) + len(axes.texts) == before


def test_draw_wants_an_axes_for_each_panel():
    with pytest.raises(ValueError, match="has 1 panels: got 2 Axes"):
        plots.draw(scene(MARKS["line"]), list(Canvas().subplots(2)))


def test_show_gives_every_front_end_a_picture_with_words():
    with plots.style():
        axes = Canvas().subplots()
    axes.plot([1, 2])
    data = plots.show(axes, alt='A "line" that rises.')._repr_mimebundle_()
    assert 'alt="A &quot;line&quot; that rises."' in data["text/html"]
    assert data["text/plain"] == 'A "line" that rises.' and data["image/png"] in data["text/html"]
    with pytest.raises(ValueError, match="alt must say"):
        plots.show(axes, alt=" ")
    with pytest.raises(TypeError, match="needs a matplotlib Figure or Axes: got list"):
        plots.show([1], alt="A list.")
