"""Every figure of the course, at both ends of every control."""

import json
from itertools import product

import numpy as np
import pytest

from vegrad_course import plots, scenes
from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.chains import chain_forward, log10_gradient
from vegrad_course.widgets import live
from vegrad_course.widgets.page import page

NAMES = scenes.names()


def corners(figure):
    """Every combination of first and last positions, and the starting values."""
    ends = [(c.positions()[0], c.positions()[-1]) for c in figure.controls]
    yield figure.defaults()
    for values in product(*ends):
        yield dict(zip(figure.defaults(), values, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_data_are_right_in_kind_at_the_ends_of_all_controls(name):
    figure = scenes.figure(name)
    for values in corners(figure):
        scene = figure.scene(**values)
        for panel in figure.panels:
            assert "not a number" not in scene.text(panel.title)
            for mark in panel.marks:
                for field in mark.arrays:
                    assert np.isfinite(scene.data[getattr(mark, field)]).any(), (values, mark)
        assert scene.title and scene.alt.endswith(".") and "∞" not in scene.alt


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_can_be_drawn_and_tells_settings_apart(name):
    figure = scenes.figure(name)
    pictures = [plots.render_png(figure.scene(**v), dpi=50) for v in list(corners(figure))[:2]]
    assert pictures[0].startswith(b"\x89PNG") and pictures[0] != pictures[1]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_notebook_and_a_page_carry_stays_small(name):
    figure = live(name)
    state = {k: v for k, v in figure.get_state().items() if k != "layout"}
    assert len(json.dumps(state, default=base64_length)) <= 20_000
    assert len(page(figure.figure, dict(figure.values)).encode()) <= 1_000_000


def base64_length(value):
    return "=" * (4 * len(bytes(value)) // 3 + 4)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("z", [-10.0, -0.5, 0.0, 3.0, 10.0])
def test_activation_explorer_shows_the_reference(activation, z):
    data = scenes.figure("activation_explorer").scene(activation=activation, z=z).data
    entry = ACTIVATIONS[activation]
    assert data["height"] == entry.value(z) and data["steepness"] == entry.derivative(z)
    slopes = np.abs(data["slopes"])
    shaded = (data["grid"] < data["low"] - 0.1) | (data["grid"] > data["high"] + 0.1)
    assert np.all(slopes[shaded] < 0.01 * slopes.max())


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 40, 100])
@pytest.mark.parametrize("weight", [0.1, 1.0, 4.0])
def test_scalar_chain_agrees_with_the_exact_sum(activation, depth, weight):
    scene = scenes.figure("scalar_chain").scene(activation=activation, depth=depth, weight=weight)
    entry, ws = ACTIVATIONS[activation], np.full(depth, weight)
    exact = log10_gradient(ws, chain_forward(ws, 1.0, entry.value)[0], entry.derivative)
    assert scene.data["total"] == pytest.approx(exact, rel=1e-12)
    measured = scene.data["measured"]
    float32 = np.finfo(np.float32)
    if -37.9 < exact < 38.5:
        assert measured[-1] == pytest.approx(exact, abs=1e-4)
    assert np.nanmin(measured) >= np.log10(float32.smallest_subnormal) - 1e-9
    assert np.nanmax(measured) <= np.log10(float32.max)


def test_scalar_chain_says_when_float32_is_at_its_end():
    figure = scenes.figure("scalar_chain")
    assert "float32 loses it after 69 layers" in figure.scene(depth=80).title
    assert figure.scene(depth=30).title.endswith("−0.65 decades per layer: it vanishes")
    assert figure.scene(activation="relu", weight=1.5, depth=50).title.endswith("it explodes")
    assert figure.scene(activation="relu", depth=50).title.endswith("it arrives")
