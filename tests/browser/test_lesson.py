"""A learner opens a lesson in JupyterLab, gets it wrong, reads why, and gets it right."""

import nbformat
import pytest

from tests.browser.lab import Notebook, chromium, course, execute, problems, real
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
PICTURES = ROOT / "build" / "screenshots"
SIZE = {"width": 1280, "height": 900}
SIGMOID = """def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)"""
WRONG = """def sigmoid_grad(z):
    return sigmoid(z)"""
RIGHT = """def sigmoid_grad(z):
    s = sigmoid(z)
    return s * (1 - s)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with course(tmp_path_factory.mktemp("course")) as address:
        yield address


@pytest.fixture
def page():
    with chromium() as browser:
        yield browser.new_page(viewport=SIZE)


def snap(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def cell_with(lesson, text):
    """The id of the cell that holds this text and nothing else."""
    path = ROOT / "notebooks" / lesson / f"{lesson}.ipynb"
    return next(c.id for c in nbformat.read(path, as_version=4).cells if c.source == text)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_wrong_answer_then_a_right_one(address, page, theme):
    path = "notebooks/01_sigmoid_derivative/01_sigmoid_derivative.ipynb"
    found = problems(page)
    lesson = Notebook(page, address, path)
    execute(page, "apputils:change-theme", {"theme": f"JupyterLab {theme}"})
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
    snap(page, f"wrong-{theme.lower()}")
    lesson.type("sigmoid_grad", RIGHT)
    lesson.run("sigmoid_grad")
    assert "sigmoid_grad: all right, 3 of 3 points" in lesson.run("check-sigmoid_grad")
    lesson.go_to("sigmoid_grad")
    snap(page, f"right-{theme.lower()}")
    assert real(found) == []


def test_make_start_opens_the_welcome_page(address, page):
    title = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedMarkdown h1"
    page.goto(address)
    page.locator(title, has_text="00 · Welcome").wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    assert page.get_by_text("Jupyter news").count() == 0
    snap(page, "welcome")


def test_run_all_on_an_untouched_lesson_reaches_the_end(address, page):
    lesson = Notebook(page, address, "notebooks/00_welcome/00_welcome.ipynb")
    lesson.run_all()
    assert "not written yet" in lesson.output("check-double")
    assert "exercises done" in lesson.output(cell_with("00_welcome", "progress()"))
