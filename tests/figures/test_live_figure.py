"""The widget, without a browser: values, requests, errors, pictures."""

import numpy as np
import pytest
from traitlets import TraitError

from vegrad_course.scenes.model import Axis, Figure, Line, Panel, Slider, Toggle
from vegrad_course.widgets import LiveFigure, explore, live


def powers(n, broken):
    """n powers of two; asks for trouble on request."""
    if broken:
        raise ZeroDivisionError("the learner divided by zero")
    return {"k": np.arange(n), "y": 2.0 ** np.arange(n)}


@pytest.fixture
def calls():
    return []


@pytest.fixture
def figure(calls):
    def compute(n, broken):
        calls.append(n)
        return powers(n, broken)

    panel = Panel("", Axis("k"), Axis("y"), (Line("k", "y"),))
    controls = (Slider("n", "n", 3, min=1, max=9, step=1), Toggle("broken", "broken", False))
    return LiveFigure(Figure("powers", "{n} powers", controls, compute, (panel,), "{n} powers."))


def shown(figure):
    packed = figure.scene["arrays"]["y"]
    return np.frombuffer(packed["bytes"], packed["type"]).tolist()


def test_values_can_be_read_set_and_watched(figure):
    seen = []
    figure.observe(lambda change: seen.append(change.new), "n")
    figure.n = 4
    assert figure.values == {"n": 4, "broken": False} and seen == [4]
    assert shown(figure) == [1, 2, 4, 8]
    with pytest.raises(TypeError):
        figure.values["n"] = 5


@pytest.mark.parametrize("value", [0, 10, 2.5, "many", None])
def test_a_value_out_of_range_is_refused(figure, value):
    with pytest.raises(TraitError, match="n must be a whole number from 1 to 9: got"):
        figure.n = value
    assert figure.n == 3 and len(shown(figure)) == 3


def test_a_request_is_computed_once_and_answered(figure, calls):
    figure.broken = True
    calls.clear()
    figure.set_state({"n": 5, "broken": False, "seq": 7})
    assert calls == [5] and figure.answered == 7 and len(shown(figure)) == 5


def test_a_bad_request_is_answered_with_words_and_the_picture_stays(figure):
    figure.set_state({"n": 99, "seq": 1})
    assert "from 1 to 9: got 99" in figure.message and len(shown(figure)) == 3
    figure.set_state({"n": 2, "seq": 2})
    assert figure.message == "" and figure.answered == 2 and len(shown(figure)) == 2


def test_an_error_is_shown_and_the_last_picture_stays(figure):
    figure.broken = True
    assert figure.message == "ZeroDivisionError: the learner divided by zero"
    assert len(shown(figure)) == 3
    assert "divided by zero" in figure._repr_mimebundle_()[0]["text/plain"]
    figure.broken = False
    assert figure.message == ""


def test_a_figure_with_a_twin_leaves_the_computing_to_the_browser():
    figure = live("scalar_chain", depth=20)
    assert figure.scene == {} and figure.depth == 20
    figure.depth = 30
    assert figure.scene == {} and figure.compute().values["depth"] == 30


def test_a_control_may_not_hide_a_part_of_the_widget():
    with pytest.raises(ValueError, match="cannot be called 'layout'"):
        explore(lambda layout=(0, 1): layout)


def test_front_ends_without_widgets_get_the_picture():
    data, _ = live("scalar_chain")._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "image/png"} <= data.keys()
    assert data["text/plain"].startswith("With 80 layers of sigmoid")
    assert live("scalar_chain").to_png().startswith(b"\x89PNG")


def names(figure):
    return {mark.y for mark in figure.figure.panels[0].marks}


@pytest.mark.parametrize(
    ("function", "lines"),
    [
        (lambda z=(-3.0, 3.0): np.tanh(z), {"result", "now"}),
        (lambda n=5: np.ones(n), {"result"}),
        (lambda w=1.5: (np.arange(3), w * np.arange(3)), {"result"}),
        (lambda w=(0, 4, 2): {"a": [w, 1], "b": [2, w]}, {"a", "b"}),
        (lambda kind=("up", "down"), steep=True: [0, 1 if kind == "up" else -1], {"result"}),
    ],
)
def test_explore_draws_what_a_function_returns(function, lines):
    figure = explore(function)
    assert names(figure) == lines and figure.message == ""
    assert figure.to_png().startswith(b"\x89PNG")


def test_explore_reads_the_abbreviations_of_interact():
    figure = explore(lambda n, rate=0.5, kind=("a", "b"), on=True: np.ones(n), n=(2, 10, 2))
    found = {type(c).__name__: c for c in figure.figure.controls}
    assert (figure.n, figure.rate, figure.kind, figure.on) == (6, 0.5, "a", True)
    assert set(found) == {"Slider", "Choice", "Toggle"}
    assert figure.figure.controls[0].positions() == [2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda n: n, "a range for every argument: got none for 'n'"),
        (lambda n={1}: n, "n must be a number"),
    ],
)
def test_explore_says_what_it_needs(function, words):
    with pytest.raises(ValueError, match=words):
        explore(function)


def test_explore_shows_the_error_of_the_learners_function_and_goes_on():
    figure = explore(lambda n=(0, 4): [1 / (n - 2)])
    assert figure.message.startswith("ZeroDivisionError")
    figure.n = 3
    assert figure.message == "" and figure.to_png()


def test_a_wrong_name_gets_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'activation_explorer'"):
        live("activation_exploror")
