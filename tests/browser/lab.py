"""A headless browser for the tests: pages with the network blocked, and a JupyterLab."""

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
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Playwright, sync_playwright

from tests.conftest import ROOT
from vegrad_course.self_study.lab import SETTINGS, config_path

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
KERNEL_IS_IDLE = """window.jupyterapp?.shell.currentWidget?.context?.sessionContext
    ?.session?.kernel?.status === "idle" """
APPS = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}
# The last is Notebook 7's own, on opening any notebook.
HARMLESS = ("favicon", "manifest.json", "ResizeObserver loop", "reading 'schema'")
PICTURES = ROOT / "build" / "screenshots"

RUNNING: list[Playwright] = []


@contextlib.contextmanager
def playwright() -> Iterator[Playwright]:
    """The playwright of this process. A second one cannot start beside it: they share the first."""
    if RUNNING:
        yield RUNNING[0]
        return
    with sync_playwright() as play:
        RUNNING.append(play)
        try:
            yield play
        finally:
            RUNNING.clear()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, or playwright's own."""
    with playwright() as play:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def problems(page: Page) -> list[str]:
    """A list that fills with the page's console errors, uncaught exceptions and refusals."""
    found: list[str] = []
    page.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def real(found: list[str]) -> list[str]:
    """The problems that are not JupyterLab's own harmless ones."""
    return [text for text in found if not any(word in text for word in HARMLESS)]


def snap(page: Page, name: str) -> None:
    """Keep a picture of the page, for somebody to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


@contextlib.contextmanager
def offline_page(browser: Browser, path: Path, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """A local file in a browser that can reach nothing else. Any request is a problem."""
    context = browser.new_context(**options)
    page = context.new_page()
    found = problems(page)

    def guard(route: Any) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            found.append(f"asked the network for {route.request.url}")
            route.abort()

    page.route("**/*", guard)
    page.goto(path.resolve().as_uri())
    page.wait_for_selector(".vg-tick", state="attached")
    yield page, found
    context.close()


@contextlib.contextmanager
def jupyterlab(folder: Path, app: str = "lab") -> Iterator[str]:
    """The address of a JupyterLab (or, with "notebook", a Notebook 7) that serves `folder`."""
    settings = f"--{APPS[app]}.app_settings_dir={SETTINGS}"
    with serving(folder, [sys.executable, "-m", "jupyter", app, settings]) as address:
        yield address


@contextlib.contextmanager
def course(folder: Path) -> Iterator[str]:
    """The address of a copy of the course in `folder`, served by `vegrad start`."""
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    vegrad = "from vegrad_course.cli import main; main()"
    with serving(folder, [sys.executable, "-c", vegrad, "start"]) as address:
        yield address


@contextlib.contextmanager
def serving(folder: Path, command: list[str]) -> Iterator[str]:
    """Run a server with a free port and a home of its own until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--no-browser", "--ServerApp.token=", "--ServerApp.ip=127.0.0.1", "--allow-root"]
    options += ["--port", str(port), "--expose-app-in-browser"]
    own = folder / ".own"
    own.mkdir()
    home = {
        "PYTHONPATH": str(ROOT),
        "VEGRAD_HOME": str(own / "progress"),
        "JUPYTER_CONFIG_PATH": config_path(),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with (own / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=folder, env=os.environ | home, stdout=log, stderr=log
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server, own / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"The server stopped: {log.read_text()[-2000:]}")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=1).close()
            return
        time.sleep(0.25)
    raise TimeoutError(f"No answer from {address}: {log.read_text()[-2000:]}")


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook with these code cells."""
    from nbformat import v4, write

    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = v4.new_notebook(
        cells=[v4.new_code_cell(text) for text in cells], metadata={"kernelspec": kernel}
    )
    write(made, path)


def open_notebook(page: Page, address: str, name: str, app: str = "lab") -> None:
    """Open a notebook of the folder and wait until its kernel is ready."""
    page.goto(f"{address}/lab/tree/{name}?reset" if app == "lab" else f"{address}/notebooks/{name}")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
    page.wait_for_function(KERNEL_IS_IDLE, timeout=60_000)


def run_notebook(page: Page, address: str, name: str, app: str = "lab") -> None:
    """Open a notebook and run all its cells."""
    open_notebook(page, address, name, app)
    execute(page, "notebook:run-all-cells")


def execute(page: Page, command: str, arguments: dict[str, Any] | None = None) -> None:
    page.evaluate(
        "([c, a]) => window.jupyterapp.commands.execute(c, a)", [command, arguments or {}]
    )


ALL_RAN = """() => jupyterapp.shell.currentWidget.content.widgets
    .every(w => w.model.type != "code" || w.model.executionCount != null)"""
# A cell loses its count when it begins to run, and has one again when it is done.
WATCH = """id => {
  window.ran = false;
  const cell = jupyterapp.shell.currentWidget.content.widgets.find(w => w.model.id == id);
  cell.model.stateChanged.connect((_, change) => {
    window.ran ||= change.name == "executionCount" && change.newValue != null;
  });
}"""


class Notebook:
    """A notebook that is open in JupyterLab, for a test to type into. Cells go by their ids."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page = page
        open_notebook(page, address, path)

    def go_to(self, cell: str) -> None:
        """Make a cell the active one, and bring it into view."""
        self.page.evaluate(
            """async id => {
              const content = jupyterapp.shell.currentWidget.content;
              const i = content.widgets.findIndex(w => w.model.id == id);
              content.activeCellIndex = i;
              content.mode = 'command';
              await content.scrollToItem(i, 'start');
              content.activate();
            }""",
            cell,
        )

    def type(self, cell: str, text: str) -> None:
        """Replace a cell's text by hand: click, select all, type."""
        self.click(cell)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, cell: str) -> str:
        """Run a cell, also a folded one, with Shift+Enter, and return the text of its output."""
        self.go_to(cell)
        self.page.evaluate(WATCH, cell)
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function("window.ran", timeout=180_000)
        self.page.wait_for_timeout(100)  # until its output is drawn
        return self.output(cell)

    def click(self, cell: str) -> None:
        self.go_to(cell)
        self.page.locator(".jp-Cell.jp-mod-active .cm-content").click()

    def run_all(self) -> None:
        """Run all cells of an untouched notebook, and wait for the last of them.

        JupyterLab's own promise is kept at the first error already, though cells that may raise
        (those with the tag raises-exception) stop nothing.
        """
        execute(self.page, "notebook:run-all-cells")
        self.page.wait_for_function(ALL_RAN, timeout=400_000)

    def output(self, cell: str) -> str:
        """The text of a cell's output, as it is seen."""
        output = self.show(cell, "")
        return output.inner_text() if output.count() else ""

    def show(self, cell: str, selector: str) -> Locator:
        """Bring a cell into view, and find an element of its output."""
        self.go_to(cell)
        return self.page.locator(f".jp-Cell.jp-mod-active .jp-Cell-outputArea {selector}").first

    def cells(self) -> list[dict[str, Any]]:
        """All cells as they would be saved."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "jupyterapp.shell.currentWidget.content.model.toJSON().cells"
        )
        return found

    def save_and_shut(self) -> None:
        """Save, close the notebook and shut down its kernel, as the menu File does."""
        execute(self.page, "docmanager:save")
        self.page.evaluate("void jupyterapp.commands.execute('notebook:close-and-shutdown')")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-NotebookPanel").wait_for(state="detached")
