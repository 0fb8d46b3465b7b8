"""The built site as files: every link leads somewhere, and nothing is fetched from elsewhere."""

from functools import cache
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from vegrad_course.lessons import all_lessons

pytestmark = pytest.mark.slow


@cache
def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(path):
    return {tag["id"] for tag in soup(path).find_all(id=True)}


def links(path):
    for tag in soup(path).find_all(True):
        yield from ((tag.name, tag[key]) for key in ("href", "src") if tag.has_attr(key))


def pages(site):
    return [p for p in sorted(site.rglob("*.html")) if "_static" not in p.parts]


def test_every_internal_link_leads_somewhere(site):
    dead = []
    for page in pages(site):
        for _, link in links(page):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            wrong = (
                parts.fragment
                and target.suffix == ".html"
                and (not target.is_file() or unquote(parts.fragment) not in anchors(target))
            )
            if not target.is_file() or wrong:
                dead.append(f"{page.relative_to(site)} -> {link}")
    assert dead == []


def test_no_page_takes_anything_from_another_server(site):
    outside = [
        f"{page.relative_to(site)}: {link}"
        for page in pages(site)
        for name, link in links(page)
        if name != "a" and urlsplit(link).netloc
    ]
    assert outside == []


def test_every_lesson_has_its_page_and_its_launch_buttons(site):
    for lesson in all_lessons():
        text = (site / "lessons" / f"{lesson.id}.html").read_text(encoding="utf-8")
        file = f"notebooks/{lesson.id}/{lesson.id}.ipynb"
        assert f"mybinder.org/v2/gh/vegrad/vegrad-course/HEAD?urlpath=lab/tree/{file}" in text
        assert f"colab.research.google.com/github/vegrad/vegrad-course/blob/HEAD/{file}" in text
