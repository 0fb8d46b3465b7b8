"""Figures in JupyterLab and Notebook 7, in headless Chromium."""

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.lab import (
    execute,
    jupyterlab,
    open_notebook,
    problems,
    real,
    run_notebook,
    write_notebook,
)
from tests.figures.test_page_browser import inward
from vegrad_course import scenes

pytestmark = pytest.mark.browser
IMPORTS = "from vegrad_course.widgets import LiveFigure, explore, live"
KERNEL = """from dataclasses import replace
from vegrad_course import scenes
chain = LiveFigure(replace(scenes.figure("scalar_chain"), twin=()))
chain"""
DRAWN = 20_000  # milliseconds


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """A browser and a JupyterLab, with a function to open a page on a new notebook."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as address:
        count = iter(range(100))

        def run(*cells):
            name = f"{next(count)}.ipynb"
            write_notebook(folder / name, [IMPORTS, *cells])
            page = browser.new_page(viewport={"width": 1200, "height": 1400})
            found = problems(page)
            run_notebook(page, address, name)
            page.locator(".vg-tick").first.wait_for(state="attached", timeout=DRAWN)
            return page, found

        run.address, run.folder = address, folder
        yield run


def close_with_kernel(lab, page):
    """Shut down every kernel, and see that none is left, then close the page."""
    page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll()")
    assert page.request.get(f"{lab.address}/api/kernels").json() == []
    page.close()


def picture(page, k=0):
    return page.locator(".vg .vg-panels").nth(k).inner_html()


def moves(page, control, key):
    """Press a key on a control and say whether the picture follows within 400 ms."""
    control.focus()
    before = picture(page)
    page.keyboard.press(key)
    for _ in range(8):
        page.wait_for_timeout(50)
        if picture(page) != before:
            return True
    return False


SOME = [  # every figure is tried on a page of its own; in JupyterLab a sixth of them at once
    pytest.param(name, marks=[pytest.mark.slow] if i % 6 else [])
    for i, name in enumerate(scenes.names())
]


@pytest.mark.parametrize("name", SOME)
def test_a_figure_answers_to_the_keyboard_and_keeps_still_about_errors(lab, name, tmp_path):
    page, found = lab(f"live({name!r})")
    for control in page.locator(".vg-control input[type=range]").all():
        assert moves(page, control, inward(control))
    for control in page.locator(".vg-control select").all():
        assert moves(page, control, inward(control))
    page.screenshot(path=tmp_path / "light.png")
    execute(page, "apputils:change-theme", {"theme": "JupyterLab Dark"})
    page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    page.screenshot(path=tmp_path / "dark.png")
    execute(page, "apputils:change-theme", {"theme": "JupyterLab Light"})
    assert real(found) == []
    close_with_kernel(lab, page)  # a server that has to end twenty at once may not end at all


def test_the_kernel_computes_and_two_views_stay_in_step(lab):
    page, found = lab(KERNEL, "chain")
    expect(page.locator(".vg-title").nth(1)).to_contain_text("float32", timeout=DRAWN)
    page.locator(".vg input").first.focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    for k in (0, 1):
        expect(page.locator(".vg").nth(k).locator("output").first).to_have_text("50")
        expect(page.locator(".vg-title").nth(k)).to_contain_text("it vanishes")
    assert real(found) == []


def test_an_error_is_shown_in_place_and_the_picture_stays(lab):
    page, found = lab("explore(lambda n=(0, 4): [1 / (n - 3), 1])")
    control = page.locator(".vg input").first
    control.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".vg-message")).to_contain_text("ZeroDivisionError: division by zero")
    assert page.locator(".vg path[stroke-width]").count()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".vg-message")).to_be_hidden()
    assert real(found) == []


def saved(lab):
    """A page on a notebook with a figure, saved, and the notebook's name."""
    page, _ = lab("live('scalar_chain')")
    execute(page, "docmanager:save")
    page.wait_for_timeout(1000)
    return page, page.evaluate("window.jupyterapp.shell.currentWidget.context.path")


def saved_and_closed(lab):
    """The name of a notebook with a figure, saved; its kernel is shut down."""
    page, name = saved(lab)
    close_with_kernel(lab, page)
    return name


def test_reopened_with_its_state_the_figure_lives_without_its_kernel(lab, browser):
    page = browser.new_page()
    open_notebook(page, lab.address, saved_and_closed(lab))
    page.locator(".vg-tick").first.wait_for(state="attached", timeout=DRAWN)
    assert moves(page, page.locator(".vg input").first, "ArrowLeft")


@pytest.mark.parametrize("state", [True, False], ids=["state", "no-state"])
def test_reopened_untrusted_there_is_the_picture_with_its_words(lab, browser, state):
    notebook = json.loads((lab.folder / saved_and_closed(lab)).read_text())
    assert notebook["metadata"].get("widgets"), "JupyterLab did not save the state"
    if not state:
        del notebook["metadata"]["widgets"]
    notebook["cells"][0]["source"] += "  # changed elsewhere, so nobody trusts the outputs"
    (lab.folder / f"copy-{state}.ipynb").write_text(json.dumps(notebook))
    page = browser.new_page()
    open_notebook(page, lab.address, f"copy-{state}.ipynb")
    still = page.get_by_alt_text("With 80 layers of sigmoid")
    expect(still).to_be_visible(timeout=DRAWN)
    assert still.evaluate("e => e.naturalWidth") > 400


def test_reopened_trusted_without_its_state_the_running_kernel_brings_the_figure(lab, browser):
    page, name = saved(lab)
    page.close()
    path = lab.folder / name
    notebook = json.loads(path.read_text())
    del notebook["metadata"]["widgets"]
    path.write_text(json.dumps(notebook))
    config = {**os.environ, "JUPYTER_CONFIG_DIR": str(lab.folder / ".own" / "config")}
    trust = [sys.executable, "-m", "jupyter", "trust", str(path)]
    subprocess.run(trust, env=config, check=True, capture_output=True)
    page = browser.new_page()
    open_notebook(page, lab.address, path.name)
    expect(page.locator(".vg-panels svg").first).to_be_visible(timeout=DRAWN)


def test_the_arrows_work_in_notebook_7(browser, tmp_path):
    write_notebook(tmp_path / "seven.ipynb", [IMPORTS, "live('scalar_chain')"])
    with jupyterlab(tmp_path, "notebook") as address:
        page = browser.new_page()
        found = problems(page)
        run_notebook(page, address, "seven.ipynb", "notebook")
        page.locator(".vg-tick").first.wait_for(state="attached", timeout=DRAWN)
        assert moves(page, page.locator(".vg input").first, "ArrowLeft")
        assert real(found) == []
