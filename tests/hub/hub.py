"""The demo hub, started as docs/hub.md says, and what its people do there in the browser."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.browser.lab import execute, wait_for
from tests.conftest import ROOT

START = ROOT / "deploy" / "jupyterhub" / "start"
LESSON = "01_sigmoid_derivative"
SIZE = {"width": 1280, "height": 900}
FORM = "iframe[src*='formgrader']"


@dataclass
class Hub:
    """A running hub."""

    address: str
    state: Path

    def log_in(self, browser: Browser, name: str) -> Page:
        """A JupyterLab of this person, reached through the hub's own login page."""
        page = browser.new_context(viewport=SIZE).new_page()
        page.goto(f"{self.address}/hub/login")
        page.fill("#username_input", name)
        page.fill("#password_input", (self.state / "password").read_text())
        page.click("#login_submit")
        page.wait_for_url(f"**/user/{name}/lab", timeout=120_000)
        page.wait_for_selector(".jp-DirListing", timeout=60_000)
        return page

    def home(self, name: str) -> Path:
        return self.state / "homes" / name


@contextlib.contextmanager
def running(state: Path) -> Iterator[Hub]:
    """`deploy/jupyterhub/start`, until the block ends; then Ctrl+C."""
    port = free_port()
    state.mkdir()
    log = state / "log"
    command = [str(START), "--state", str(state), "--port", str(port)]
    with log.open("w") as file:
        hub = subprocess.Popen(command, env=environment(), stdout=file, stderr=file)
        try:
            for _ in range(360):  # the lesson is released first
                if (state / "password").exists() or hub.poll() is not None:
                    break
                time.sleep(0.5)
            wait_for(f"http://127.0.0.1:{port}/hub/login", hub, log)
            expose_lab(state / "homes")
            yield Hub(f"http://127.0.0.1:{port}", state)
        finally:
            hub.send_signal(signal.SIGINT)
            hub.wait(60)


def expose_lab(homes: Path) -> None:
    """Let a test call JupyterLab's commands."""
    for name in ("ada", "ben", "instructor"):
        settings = homes / name / ".jupyter" / "jupyter_lab_config.json"
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}))


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT), **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def assignments(page: Page) -> None:
    """Open nbgrader's Assignment List from the menu."""
    from_menu(page, "Assignment List")
    page.wait_for_selector("#nbgrader-assignment-list .list_item", timeout=60_000)


def from_menu(page: Page, entry: str) -> None:
    page.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{entry}$")).click()


def row(page: Page, box: str) -> Locator:
    """The lesson's row among the "released", "fetched" or "submitted" assignments."""
    return page.locator(
        f"#{box}_assignments_list .list_item:not(.nested_list_item)", has_text=LESSON
    )


def say(page: Page) -> str:
    """Close a dialog of JupyterLab's, and return what it said."""
    dialog = page.locator(".jp-Dialog-content")
    dialog.wait_for(timeout=180_000)
    text = dialog.inner_text()
    dialog.locator("button").last.click()
    return text


def open_formgrader(page: Page) -> None:
    from_menu(page, "Formgrader")
    page.frame_locator(FORM).locator("#main-table td", has_text=LESSON).wait_for(timeout=60_000)


def press(page: Page, icon: str, title: str, within: str = LESSON) -> str:
    """Press an icon in a row of formgrader's table, and return what the dialog then says."""
    form = page.frame_locator(FORM)
    form.locator("tr", has_text=within).locator(f".glyphicon-{icon}").click()
    dialog = form.locator(".modal-dialog", has_text=title)
    dialog.wait_for(timeout=180_000)
    page.wait_for_timeout(700)  # it slides in
    return dialog.locator(".modal-body").inner_text()


def close(page: Page) -> None:
    form = page.frame_locator(FORM)
    form.locator(".modal-footer button", has_text="OK").click()
    form.locator(".modal-dialog").wait_for(state="detached")


def in_terminal(page: Page, command: str) -> None:
    """Type a command into a new terminal of JupyterLab's."""
    execute(page, "terminal:create-new")
    page.wait_for_selector(".xterm-helper-textarea", state="attached", timeout=60_000)
    page.wait_for_timeout(1500)
    page.keyboard.insert_text(command)
    page.keyboard.press("Enter")
