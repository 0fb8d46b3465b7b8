"""A JupyterLab of its own, in headless Chromium, for a test to type into."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IDLE = "Array.from(document.querySelectorAll('.jp-InputPrompt')).every(p => p.innerText != '[*]:')"


def copy_course(folder: Path) -> Path:
    """A copy of what a learner has, which a browser may write into."""
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`vegrad start` in a folder, as `make start` runs it. Gives the address."""
    port = free_port()
    arguments = ["--no-browser", "--port", str(port), "--IdentityProvider.token=", "--allow-root"]
    arguments += ["--ServerApp.password=", "--LabApp.expose_app_in_browser=True"]
    code = "from vegrad_course.cli import main; main()"
    log = (folder / "server.log").open("w")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, "start", *arguments]
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield wait_for(f"http://127.0.0.1:{port}", folder / "server.log")
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, log: Path) -> str:
    for _ in range(240):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api", timeout=2):
            return address
        time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not answer: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def browsing(width: int = 1280, height: int = 900, dark: bool = False) -> Iterator[Page]:
    """A page in a new profile. Errors on its console are collected in `page.complaints`."""
    scheme = "dark" if dark else "light"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        try:
            yield page
        finally:
            browser.close()


class Notebook:
    """A notebook that is open in JupyterLab; cells go by their ids."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/tree/{path}")
        page.wait_for_function(
            "window.jupyterapp && window.jupyterapp.shell.currentWidget?.sessionContext?.session"
            "?.kernel?.connectionStatus == 'connected'",
            timeout=90_000,
        )

    def go_to(self, cell: str) -> None:
        """Make a cell the active one, and bring it into view."""
        self.page.evaluate(
            """async id => {
              const content = jupyterapp.shell.currentWidget.content;
              const i = content.widgets.findIndex(w => w.model.id == id);
              content.activeCellIndex = i;
              content.mode = 'command';
              await content.scrollToItem(i, 'start');
            }""",
            cell,
        )

    def type(self, cell: str, text: str) -> None:
        """Replace a cell's text by hand: click, select all, type."""
        self.go_to(cell)
        self.page.locator(".jp-Cell.jp-mod-active .cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, cell: str) -> str:
        """Run a cell with Shift+Enter, and return the text of its output."""
        self.go_to(cell)
        self.page.locator(".jp-Cell.jp-mod-active .cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self.settle()
        return self.output(cell)

    def run_all(self) -> None:
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.settle()

    def settle(self) -> None:
        """Wait until no cell is running."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(IDLE, timeout=180_000)
        self.page.wait_for_timeout(300)

    def output(self, cell: str) -> str:
        self.go_to(cell)
        output = self.page.locator(".jp-Cell.jp-mod-active .jp-Cell-outputArea")
        return output.inner_text() if output.count() else ""

    def save(self) -> None:
        self.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_timeout(500)
