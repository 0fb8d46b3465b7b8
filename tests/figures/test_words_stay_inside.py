"""Whatever the controls say: no words leave the picture, and no ticks run into each other."""

import pytest

from tests.browser.lab import offline_page
from vegrad_course import scenes
from vegrad_course.widgets import live

pytestmark = pytest.mark.browser
FAULTS = """() => [...document.querySelectorAll("svg[role=img]")].flatMap(svg => {
  const edge = svg.getBoundingClientRect();
  const boxes = name => [...svg.querySelectorAll(name)].map(e => [e, e.getBoundingClientRect()]);
  const outside = boxes("text").filter(([e, b]) => b.left < edge.left - 3 || b.right > edge.right + 8);
  const rows = boxes("text.vg-tick").filter(([e]) => e.getAttribute("text-anchor") === "end");
  const heights = rows.map(([e, b]) => b.top).sort((a, b) => a - b);
  const near = heights.filter((h, i) => i > 0 && h - heights[i - 1] < 11);
  return [...outside.map(([e]) => e.textContent), ...near.map(h => `ticks at ${h}`)];
})"""  # noqa: E501


@pytest.mark.parametrize("name", scenes.names())
def test_words_stay_inside_at_both_ends_of_every_control(browser, tmp_path, name):
    with offline_page(browser, live(name).to_html(tmp_path / "figure.html")) as (page, _):
        assert page.evaluate(FAULTS) == []
        for keys in (["End", "Home"], ["Home", "End"]):
            for control in page.locator(".vg-control input[type=range]").all():
                control.focus()
                for key in keys:
                    page.keyboard.press(key)
                    page.wait_for_timeout(30)
                    assert page.evaluate(FAULTS) == [], page.inner_text(".vg-controls")
