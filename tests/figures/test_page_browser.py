"""Figures as pages: no kernel, no network, in headless Chromium."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.lab import offline_page
from tests.figures.test_static import DATA, MARKS, SCALES
from vegrad_course import scenes
from vegrad_course.scenes.model import Axis, Figure, Panel, Play, Slider
from vegrad_course.widgets import LiveFigure, explore, live

pytestmark = pytest.mark.browser
PICTURE = "e => e.querySelector('.vg-panels').innerHTML"
TITLE = ".vg-title"


@pytest.fixture
def opened(browser, tmp_path):
    """Open a figure's page: `with opened(figure) as (page, problems)`."""

    def open_page(figure, **options):
        return offline_page(browser, figure.to_html(tmp_path / "figure.html"), **options)

    return open_page


def press(page, control, keys):
    """Press keys on a control and say whether the picture followed."""
    control.focus()
    before = page.eval_on_selector(".vg", PICTURE)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(60)
    return before != page.eval_on_selector(".vg", PICTURE)


def place(control):
    """Where a control stands, and its first and last place."""
    ends = "e => e.options ? [e.selectedIndex, 0, e.length - 1] : [+e.value, +e.min, +e.max]"
    return control.evaluate(ends)


def inward(control):
    """The arrow that has somewhere to go: back, or onward from the end that has no way back."""
    at, first, last = place(control)
    if control.evaluate("e => e.tagName") == "SELECT":
        return "ArrowUp" if at == last else "ArrowDown"
    return "ArrowRight" if at == first else "ArrowLeft"


def every_slider_key(page, control):
    """Each key must move the picture, unless the slider stands at that end already."""
    start, first, last = place(control)
    assert press(page, control, [inward(control)])
    if place(control)[0] != last:
        assert press(page, control, ["End"]) and place(control)[0] == last
    assert press(page, control, ["ArrowLeft"]) and place(control)[0] == last - 1
    if place(control)[0] != first:
        assert press(page, control, ["Home"]) and place(control)[0] == first
    control.fill(str(int(start)))  # the next control is tried from the start, too


def every_key(page):
    for control in page.locator(".vg-control input[type=range]").all():
        every_slider_key(page, control)
    for control in page.locator(".vg-control select").all():
        assert press(page, control, [inward(control)])
    for control in page.locator(".vg-control input[type=checkbox]").all():
        assert press(page, control, ["Space"])


@pytest.mark.parametrize("name", scenes.names())
def test_every_control_answers_to_the_keyboard(opened, name):
    with opened(live(name)) as (page, found):
        every_key(page)
        assert found == []


@pytest.mark.parametrize("name", scenes.names())
def test_every_part_has_a_name_and_words(opened, name):
    with opened(live(name)) as (page, _):
        words = live(name).compute().alt
        for control in page.locator("input, select, button").all():
            assert control.get_attribute("data-lm-suppress-shortcuts") == "true"
            label = page.locator(f"label[for='{control.get_attribute('id')}']")
            assert label.count() or control.get_attribute("aria-label")
        for picture in page.locator("svg[role=img]").all():
            assert words in picture.get_attribute("aria-label")
        spoken = page.locator("[aria-live=polite]")
        expect(spoken).to_have_text(words)
        first = page.locator("input").first
        assert press(page, first, [inward(first)])
        assert spoken.text_content() == words  # not at once, but soon
        expect(spoken).not_to_have_text(words)


def test_browser_and_python_write_the_same_title(opened):
    figure = live("scalar_chain", depth=33, weight=2.5, activation="tanh")
    with opened(figure) as (page, _):
        assert page.inner_text(TITLE) == figure.compute().title


def test_a_table_of_scenes_stands_in_for_the_kernel(opened):
    chain = replace(scenes.figure("scalar_chain"), twin=())
    figure = LiveFigure(chain, depth=51, weight=1.37)  # between two stops of the slider
    with opened(figure) as (page, found):
        assert page.inner_text(TITLE) == figure.compute().title
        every_key(page)
        for control in page.locator("input[type=range]").all():
            assert press(page, control, ["End", "ArrowLeft"])
        weight = float(page.locator("output").nth(1).inner_text())
        depth = int(page.locator("output").first.inner_text())
        choice = page.locator("select").input_value()
        expected = chain.scene(depth=depth, weight=weight, activation=choice)
        assert page.inner_text(TITLE) == expected.title and found == []


def test_the_learners_own_function_becomes_a_page(opened):
    with opened(explore(lambda z=(-3.0, 3.0), w=2: np.tanh(w * z))) as (page, found):
        every_key(page)
        assert found == []


@pytest.mark.parametrize("scale", SCALES)
def test_every_mark_is_drawn(opened, scale):
    marks = {name: mark for name, mark in MARKS.items() if name != "image" or scale == "linear"}
    panels = tuple(Panel(name, Axis("x"), Axis("y", scale), (m,)) for name, m in marks.items())
    slider = Slider("n", "n", 1, min=0, max=2, step=1)
    figure = Figure("all", "{n}", (slider,), lambda n: DATA, panels, "All marks.", columns=3)
    bare = {"rule", "rule upright", "band", "band across", "label"}  # they set no x or y limits
    panels = [
        replace(p, x=Axis("x", limits=(1, 6)), y=Axis("y", scale, limits=(1, 30)))
        if p.title in bare else p for p in figure.panels
    ]  # fmt: skip
    with opened(LiveFigure(replace(figure, panels=tuple(panels)))) as (page, found):
        for panel in page.locator(".vg-panel").all():
            inside = "rect:not(defs *), image, text.vg-word, path:not(.vg-grid):not(.vg-axis)"
            drawn = panel.locator("svg[role=img]").locator(inside)
            assert drawn.count() > 0, panel.inner_text()
            assert "NaN" not in panel.inner_html()
        assert found == [] and not page.is_visible(".vg-message")


def test_play_runs_and_pauses(opened):
    slider = Play("n", "steps", 1, min=1, max=50, step=1, interval=20)
    panel = Panel("", Axis("x"), Axis("y"), (MARKS["line"],))
    figure = Figure("p", "{n}", (slider,), lambda n: DATA | {"y": n * DATA["x"]}, (panel,), "{n}.")
    with opened(LiveFigure(figure)) as (page, _):
        button = page.get_by_role("button", name="Play steps")
        button.click()
        expect(page.locator("output")).to_have_text(re.compile("^[4-9]|..$"))
        page.get_by_role("button", name="Pause steps").click()
        stopped = page.inner_text("output")
        page.wait_for_timeout(100)
        assert page.inner_text("output") == stopped


def test_a_narrow_window_keeps_the_picture_inside(opened):
    with opened(live("scalar_chain"), viewport={"width": 360, "height": 800}) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.set_viewport_size({"width": 800, "height": 800})
        page.wait_for_timeout(100)
        box = page.locator("svg[role=img]").get_attribute("viewBox")
        assert float(box.split()[2]) > 600


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_can_be_read(opened, scheme, tmp_path):
    with opened(live("scalar_chain"), color_scheme=scheme) as (page, _):
        page.screenshot(path=tmp_path / f"{scheme}.png")
        colors = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        ink, paper = (
            sum(map(int, color[4:-1].split(","))) / 3
            for color in page.eval_on_selector(".vg", colors)
        )
        assert abs(ink - paper) > 180 and (paper > 128) == (scheme == "light")


def test_nothing_is_drawn_while_the_page_is_hidden(opened):
    with opened(live("scalar_chain")) as (page, _):
        page.evaluate(
            "Object.defineProperty(document, 'visibilityState', "
            "{value: 'hidden', configurable: true})"
        )
        assert not press(page, page.locator("input").first, ["ArrowLeft"])
        page.evaluate("""() => {
            const before = document.querySelector('.vg-panels').innerHTML;
            Object.defineProperty(document, 'visibilityState', {value: 'visible'});
            document.dispatchEvent(new Event('visibilitychange'));
            if (document.querySelector('.vg-panels').innerHTML === before) throw Error('not drawn');
        }""")  # fmt: skip
