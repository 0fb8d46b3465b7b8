"""One build of the site for all tests, and a browser for it that can reach nothing else."""

import os
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

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
def address(site):
    """Where the site is served."""
    handler = partial(Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(scope="session")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser, address):
    """Open a page of the site: `with visit("index.html") as page`.

    The test fails on console errors, exceptions, failed requests, and requests to elsewhere.
    """

    @contextmanager
    def visit(name, **options):
        context = browser.new_context(**options)
        page = context.new_page()
        found = problems(page)
        page.on("response", lambda r: found.append(f"{r.status} {r.url}") if not r.ok else None)

        def guard(route):
            if route.request.url.startswith((address, "data:", "blob:")):
                return route.continue_()
            found.append(f"asked the network for {route.request.url}")
            route.abort()

        page.route("**/*", guard)
        page.goto(address + name)
        page.evaluate("window.MathJax?.startup?.promise")
        yield page
        context.close()
        assert found == []

    return visit
