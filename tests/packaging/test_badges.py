"""The badges open a notebook that exists, on Binder in JupyterLab and on Colab."""

import re

import pytest

from tests.conftest import ROOT
from vegrad_course.lessons import find
from vegrad_course.site.pages import BINDER, COLAB

WELCOME = f"notebooks/{find('00').id}/{find('00').id}.ipynb"


def opened(page: str) -> list[tuple[str, str]]:
    """The way and the file of every badge of a page. Both ways need a file of the repository."""
    links = re.findall(r"\((https://(?:mybinder|colab)\.\S+?)\)", (ROOT / page).read_text("utf-8"))
    ways = {"Binder": BINDER, "Colab": COLAB}
    found = [(way, link) for link in links for way in ways if link.startswith(ways[way])]
    links = [link for link in links if not link.endswith(".svg")]
    assert len(found) == len(links), links
    return [(way, link.removeprefix(ways[way])) for way, link in found]


def test_the_readme_opens_the_welcome_notebook_both_ways():
    assert opened("README.md") == [("Binder", WELCOME), ("Colab", WELCOME)]


def test_the_site_opens_the_welcome_notebook():
    assert ("Binder", WELCOME) in opened("docs/index.md")


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_what_a_badge_opens_exists(page):
    for _, file in opened(page):
        assert (ROOT / file).is_file(), file
