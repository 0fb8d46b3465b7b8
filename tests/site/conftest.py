"""One build of the site for all tests, and pages of it that can reach nothing else."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
from filelock import FileLock

from tests.browser.lab import chromium, problems
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built site, made once, even where two processes share the tests."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    html = place / "site"
    with FileLock(place / "site.lock"):
        if not (html / "search.html").is_file():
            build(html)
    return html


def build(html, *options):
    """Sphinx with every warning an error."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", *options, "docs", html]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="session")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser, site):
    """Open a page of the site from its file: `with visit("index.html") as (page, problems)`.

    Problems are console errors, exceptions, and anything that is asked of the network.
    """

    @contextmanager
    def visit(name, **options):
        context = browser.new_context(**options)
        page = context.new_page()
        found = problems(page)
        page.on("requestfailed", lambda r: found.append(f"failed: {r.url}"))

        def guard(route):
            if route.request.url.startswith(("file:", "data:", "blob:")):
                return route.continue_()
            found.append(f"asked the network for {route.request.url}")
            route.abort()

        page.route("**/*", guard)
        path, _, query = name.partition("?")
        page.goto((site / path).as_uri() + (query and f"?{query}"))
        page.wait_for_load_state("load")
        if page.locator("mjx-container, .math").count():
            page.wait_for_function("window.MathJax?.startup?.promise")
            page.evaluate("MathJax.startup.promise.then(() => null)")
        yield page, found
        context.close()

    return visit
