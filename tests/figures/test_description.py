"""A description that cannot be drawn is refused, in words that help."""

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.scenes.model import (
    Axis,
    Choice,
    Figure,
    HeatMap,
    Line,
    Panel,
    Points,
    Rule,
    SceneError,
    Slider,
    Toggle,
)


def figure(data, *marks, controls=(), y="linear", **fields):
    """A figure with one panel whose function returns `data`."""
    panel = Panel("", Axis("x"), Axis("y", scale=y), marks or (Line("x", "y"),))
    fields = {"title": "", "describe": "", "compute": lambda **values: data} | fields
    return Figure(name="trial", controls=controls, panels=(panel,), **fields)


GOOD = {"x": np.arange(3), "y": np.arange(3.0)}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"x": [1, 2]}, "names 'y', but compute returned x"),
        ({"x": [1, 2], "y": [1, 2, 3]}, "same length"),
        ({"x": [], "y": []}, "'x' is empty"),
        ({"x": [1.0], "y": [[1.0]]}, r"'y' must be an array with 1 axes: got shape \(1, 1\)"),
        ({"x": [1.0], "y": 2.0}, "'y' must be an array with 1 axes: got 2.0"),
        ({"x": [1.0], "y": [np.nan]}, "'y' holds no finite number"),
        ({"x": [1.0], "y": [object()]}, "'y' must be numbers or text"),
        ([1, 2], "must return a dict of names: got list"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, words):
    with pytest.raises(SceneError, match=words):
        figure(data).scene()


def test_a_log_axis_refuses_what_has_underflowed():
    with pytest.raises(SceneError, match="no value above zero"):
        figure(GOOD | {"y": np.zeros(3)}, y="log").scene()


def test_a_heat_map_needs_a_cell_for_each_x_and_y():
    data = {"x": np.arange(3), "y": np.arange(2), "z": np.ones((3, 2))}
    with pytest.raises(SceneError, match=r"\(len\(y\), len\(x\)\)"):
        figure(data, HeatMap("x", "y", "z")).scene()


@pytest.mark.parametrize("fields", [{"title": "{rate:.2f}"}, {"describe": "It is {rate}."}])
def test_a_text_may_only_quote_what_there_is(fields):
    with pytest.raises(SceneError, match="names 'rate'"):
        figure(GOOD, **fields).scene()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Axis("y", scale="sqrt"), "linear, log, symlog: got 'sqrt'"),
        (lambda: Axis("y", limits=(1, 0)), "low < high"),
        (lambda: Axis("y", scale="log", limits=(0, 1)), "above zero"),
        (lambda: Panel("", Axis("x"), Axis("y"), ()), "at least one mark"),
        (lambda: figure(GOOD, Line("x", "y", color="red")), "got 'red'"),
        (lambda: figure(GOOD, Points("x", "y", marker="star")), "got 'star'"),
        (lambda: figure(GOOD, title="{rate:>9}"), "got '>9'"),
        (lambda: figure(GOOD, title="{1 + 1}"), "must be a name"),
        (lambda: Slider("a b", "a", 1, min=0, max=2, step=1), "Python name: got 'a b'"),
        (lambda: Slider("a", "a", 1, min=2, max=0, step=1), "min < max"),
        (lambda: Slider("a", "a", 3, min=0, max=2, step=1), "from 0 to 2: got 3"),
        (lambda: Slider("a", "a", 1, min=0, max=2, step=1, log=True), "min > 0"),
        (lambda: Choice("a", "a", "z", options=("x", "y")), "x, y: got 'z'"),
        (lambda: Toggle("a", "a", 1), "True or False: got 1"),
        (lambda: figure(GOOD, compute=lambda: GOOD, controls=(Toggle("a", "a", True),)), "compute"),
        (lambda: figure(GOOD, controls=(Toggle("a", "a", True),) * 2), "must differ: got a, a"),
    ],
)
def test_a_contradiction_is_refused_at_once(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_controls_are_checked_before_computing():
    trial = figure(GOOD, controls=(Slider("n", "n", 1, min=0, max=9, step=1),))
    with pytest.raises(ValueError, match=r"whole number from 0 to 9: got 2\.5"):
        trial.scene(n=2.5)
    with pytest.raises(ValueError, match="has the controls n: got 'm'"):
        trial.scene(m=1)


def test_a_wrong_name_of_a_figure_gets_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'scalar_chain'"):
        scenes.figure("scalar_chian")


def test_ten_million_points_keep_their_extremes():
    y = np.random.default_rng(1).normal(size=10_000_000)
    y[123_456], y[7_654_321] = 99.0, -99.0
    scene = figure({"x": np.arange(len(y)), "y": y, "at": 0.0}, Line("x", "y"), Rule("at")).scene()
    assert len(scene.data["y"]) == len(scene.data["x"]) <= 810
    assert (scene.data["y"].max(), scene.data["y"].min()) == (99.0, -99.0)
    assert 123_456 in scene.data["x"] and len(y) - 1 in scene.data["x"]


def test_lines_without_a_style_differ_in_colour_and_dash():
    first, second = figure(GOOD, Line("x", "y"), Line("x", "y")).panels[0].marks
    assert first.color != second.color and first.dash != second.dash
