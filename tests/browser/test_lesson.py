"""A learner opens a lesson in JupyterLab, gets it wrong, reads why, and gets it right."""

import os

import nbformat
import pytest

from tests.browser.lab import Notebook, browsing, copy_course, serving
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
PICTURES = ROOT / "build" / "screenshots"
WRONG = "def sigmoid_grad(z):\n    return sigmoid(z)"
RIGHT = "def sigmoid_grad(z):\n    s = sigmoid(z)\n    return s * (1 - s)"
SIGMOID = (
    "def sigmoid(z):\n    small = np.exp(-np.abs(z))\n"
    "    return np.where(z >= 0, 1.0, small) / (1.0 + small)"
)


def cell_with(lesson, text):
    """The id of the cell that holds this text and nothing else."""
    path = ROOT / "notebooks" / lesson / f"{lesson}.ipynb"
    return next(c.id for c in nbformat.read(path, as_version=4).cells if c.source == text)


def snap(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    os.environ["VEGRAD_HOME"] = str(folder / "home")
    with serving(copy_course(folder)) as address:
        yield address


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_wrong_answer_then_a_right_one(address, dark):
    with browsing(dark=dark) as page:
        lesson = Notebook(
            page, address, "notebooks/01_sigmoid_derivative/01_sigmoid_derivative.ipynb"
        )
        if dark:
            page.evaluate(
                "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
            )
            page.wait_for_timeout(1500)
        lesson.run("cell-001")
        lesson.run("sigmoid")
        assert "not written yet" in lesson.run("check-sigmoid")
        lesson.type("sigmoid", SIGMOID)
        lesson.run("sigmoid")
        assert "sigmoid: all right, 3 of 3 points" in lesson.run("check-sigmoid")
        lesson.type("sigmoid_grad", WRONG)
        lesson.run("sigmoid_grad")
        wrong = lesson.run("check-sigmoid_grad")
        assert "You returned sigma, the height of the curve" in wrong
        assert "0.024288" in wrong
        lesson.go_to("sigmoid_grad")
        snap(page, f"wrong-{'dark' if dark else 'light'}")
        lesson.type("sigmoid_grad", RIGHT)
        lesson.run("sigmoid_grad")
        assert "sigmoid_grad: all right, 3 of 3 points" in lesson.run("check-sigmoid_grad")
        lesson.go_to("sigmoid_grad")
        snap(page, f"right-{'dark' if dark else 'light'}")
        assert page.complaints == []


def test_make_start_opens_the_welcome_page(address):
    title = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedMarkdown h1"
    with browsing() as page:
        page.goto(f"{address}/")
        page.wait_for_selector(title, timeout=60_000)
        assert "00 · Welcome" in page.locator(title).first.inner_text()
        page.wait_for_timeout(2000)
        snap(page, "welcome")


def test_run_all_on_an_untouched_lesson_reaches_the_end(address):
    with browsing() as page:
        lesson = Notebook(page, address, "notebooks/00_welcome/00_welcome.ipynb")
        lesson.run_all()
        assert "not written yet" in lesson.output("check-double")
        assert "exercises done" in lesson.output(cell_with("00_welcome", "progress()"))
