"""The built site in a browser: nothing missing, nothing fetched, readable by everyone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.lab import snap
from tests.conftest import ROOT
from vegrad_course.lessons import all_lessons

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "lessons/02_deep_chains.html"
PAGES = [f"{page.stem}.html" for page in sorted((ROOT / "docs").glob("*.md"))]
PAGES += [f"lessons/{lesson.id}.html" for lesson in all_lessons()]
PHONE = {"width": 390, "height": 844}
# "preload" would fetch each style sheet a second time.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "preload": False}


def scroll_through(page):
    """Bring every frame into view once, so that each is loaded."""
    for frame in page.locator("iframe.figure").all():
        frame.scroll_into_view_if_needed()
        frame.content_frame.locator(".vg-tick").first.wait_for(state="attached")
    page.wait_for_timeout(300)


def keep(page, name, how):
    """A picture of where the first figure stands, else of the top."""
    frames = page.locator("iframe.figure")
    if frames.count():
        frames.first.scroll_into_view_if_needed()
    else:
        page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    snap(page, f"site-{Path(name).stem}-{how}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_errors_and_is_accessible(visit, name, scheme):
    with visit(name, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        scroll_through(page)
        result = Axe().run(page, options=RULES)
        broken = {
            v["id"]: [n["html"][:200] for n in v["nodes"]][:4]
            for v in result.response["violations"]
        }
        assert broken == {}
        keep(page, name, scheme)


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_need_not_scroll_sideways(visit, name):
    with visit(name, viewport=PHONE) as page:
        scroll_through(page)
        wide = "[document.documentElement.scrollWidth, document.body.scrollWidth]"
        assert max(page.evaluate(wide)) <= PHONE["width"]
        for frame in page.frames[1:]:
            assert frame.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        keep(page, name, "phone")


def test_the_search_finds_the_lstm_without_a_network(visit):
    with visit("search.html?q=LSTM") as page:
        page.wait_for_selector("#search-results li a")
        titles = page.locator("#search-results li > a").all_inner_texts()
        assert "11 · Gated networks" in " ".join(titles)


def test_equations_are_set(visit):
    with visit(LESSON) as page:
        assert page.locator("mjx-container svg").count() > 50
        assert page.locator("[data-mjx-error]").count() == 0


def test_a_slider_moves_its_figure(visit):
    with visit(LESSON) as page:
        scroll_through(page)
        figure = page.locator("iframe.figure").first.content_frame
        before = figure.locator(".vg-panels").inner_html()
        slider = figure.locator("input[type=range]").first
        slider.focus()
        for _ in range(3):
            slider.press("ArrowRight")
        page.wait_for_timeout(300)
        assert figure.locator(".vg-panels").inner_html() != before


def test_a_frame_follows_the_theme_and_is_as_high_as_its_figure(visit):
    with visit(LESSON, color_scheme="light") as page:
        scroll_through(page)
        frame = page.frames[1]
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        frame.wait_for_function("document.body.dataset.jpThemeLight == 'false'")
        for words in ("'hello'", "null"):  # from an extension, or a tool
            frame.evaluate(f"window.postMessage({words}, '*')")
            frame.evaluate(f"parent.postMessage({words}, '*')")
        page.wait_for_timeout(300)
        assert frame.evaluate("document.body.dataset.jpThemeLight") == "false"
        page.wait_for_function(
            "height => document.querySelector('iframe.figure').offsetHeight == height",
            arg=frame.evaluate("document.documentElement.offsetHeight"),
        )


def test_hints_and_solutions_open_on_a_click(visit):
    with visit(LESSON) as page:
        answer = page.locator("details:has(summary:has-text('Solution'))").first
        code = answer.locator("pre")
        assert not code.is_visible()
        answer.locator("summary").click()
        assert "activations.append" in code.inner_text()
