"""The table of scenes that stands in for the kernel, without a browser."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from vegrad_course import scenes
from vegrad_course.scenes.model import Slider
from vegrad_course.widgets.page import anchored, fitting, grid, page, tabulate

NO_TWIN = [name for name in scenes.names() if not scenes.figure(name).twin]


@pytest.mark.parametrize("name", NO_TWIN)
def test_the_coarser_sliders_still_stop_where_the_figure_starts(name):
    figure = scenes.figure(name)
    coarse = fitting(figure)
    assert coarse.defaults() == figure.defaults()
    for control in coarse.controls:
        assert control.value in grid(control)
        if isinstance(control, Slider):  # the browser counts even steps from the minimum
            assert grid(control) == pytest.approx(control.positions(), abs=1e-12)


@pytest.mark.parametrize("name", ["edge_of_chaos", "loss_cliff", "dead_units"])
def test_the_table_holds_the_very_scene_at_which_the_figure_starts(name):
    figure = scenes.figure(name)
    coarse, table = tabulate(figure)
    at = 0
    for control, size in zip(coarse.controls, table["sizes"], strict=True):
        at = at * size + grid(control).index(control.value)
    there, wanted = table["scenes"][at], figure.scene()
    assert there["values"] == figure.defaults()
    assert there["texts"] and there["texts"].items() <= wanted.data.items()


SLIDERS = [
    Slider("x", "x", 0.52, min=0.0, max=1.0, step=0.05),
    Slider("x", "x", 0.3, min=0.0, max=1.0, step=0.1),
    Slider("x", "x", 1.0, min=0.01, max=1.0, step=0.08),
    Slider("x", "x", 40, min=5, max=40, step=8),
    Slider("x", "x", 3.0, min=0.01, max=10.0, step=0.8, log=True),
]


@pytest.mark.parametrize("slider", SLIDERS, ids=repr)
def test_an_anchored_slider_keeps_its_step_its_range_and_its_value(slider):
    moved = anchored(slider)
    spots = grid(moved)
    assert slider.value in spots and spots == sorted(spots)
    assert slider.min <= spots[0] and spots[-1] <= slider.max
    place = math.log10 if slider.log else float
    gaps = [place(b) - place(a) for a, b in pairwise(spots)]
    assert gaps == pytest.approx([slider.step] * len(gaps))
    assert place(spots[0]) - place(slider.min) < slider.step  # no room for one more below
    assert place(slider.max) - place(spots[-1]) < slider.step + 1e-9  # nor above


def test_a_slider_that_already_stops_there_is_left_alone():
    for control in scenes.figure("gradient_check").controls:
        assert anchored(control) == control


def test_scenes_that_do_not_fit_are_refused(monkeypatch):
    monkeypatch.setattr("vegrad_course.widgets.page.BYTES", 1000)
    chain = replace(scenes.figure("scalar_chain"), twin=())
    with pytest.raises(ValueError, match=r"do not fit in 1000 bytes\. Give it fewer controls"):
        page(chain, chain.defaults())
