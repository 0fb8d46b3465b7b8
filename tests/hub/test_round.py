"""One lesson goes round the hub: out to two students, back, judged, and its feedback out again."""

import nbformat
import pytest

from tests.browser.lab import Notebook, chromium, execute, snap
from tests.hub.hub import (
    FORM,
    LESSON,
    assignments,
    close,
    from_menu,
    in_terminal,
    open_formgrader,
    press,
    row,
    running,
    say,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATH = f"{LESSON}/{LESSON}.ipynb"
ATTACK = "<script>window.attacked = 1</script><img src='x' onerror='window.attacked = 2'>"
SECONDS = 1000
SIGMOID = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))"
WRONG = "def sigmoid_grad(z):\n    return sigmoid(z)"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    pytest.importorskip("jupyterhub")
    with running(tmp_path_factory.mktemp("hub") / "state") as hub:
        yield hub


def test_a_lesson_goes_out_and_comes_back_with_feedback(hub):
    with chromium() as browser:
        ada = hub.log_in(browser, "ada")
        fetch(ada)
        work(hub, ada)
        add_attack(hub.home("ada") / PATH)
        validate(ada)
        submit(ada, "ada")
        ben = hub.log_in(browser, "ben")
        fetch(ben)
        submit(ben, "ben")
        ben.context.close()
        teacher = hub.log_in(browser, "instructor")
        collect(hub, teacher)
        grade_one_by_button(hub, teacher, "ben")
        grade_the_rest_in_a_terminal(hub, teacher, "ada")
        look(hub, teacher)
        give_feedback(teacher)
        read_feedback(hub, ada)


def fetch(student):
    assignments(student)
    snap(student, "hub-assignments")
    row(student, "released").locator("button", has_text="Fetch").click()
    row(student, "fetched").wait_for(timeout=60 * SECONDS)


def work(hub, student):
    """One answer right and one with a known mistake; the rest stays as it was released."""
    lesson = Notebook(student, f"{hub.address}/user/ada", PATH)
    lesson.run("cell-001")
    lesson.type("sigmoid", SIGMOID)
    lesson.run("sigmoid")
    assert "sigmoid: all right, 3 of 3 points" in lesson.run("check-sigmoid")
    lesson.type("sigmoid_grad", WRONG)
    lesson.run("sigmoid_grad")
    assert "the height of the curve" in lesson.run("check-sigmoid_grad")
    snap(student, "hub-work")
    execute(student, "docmanager:save")
    student.wait_for_timeout(2 * SECONDS)
    execute(student, "application:close-all")


def add_attack(path):
    """What a mischievous student could write: a script, for whoever looks at the notebook."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(f"My own note. {ATTACK}"))
    nbformat.write(notebook, path)


def validate(student):
    assignments(student)
    row(student, "fetched").locator("a", has_text=LESSON).first.click()
    student.get_by_role("button", name="Validate").click()
    dialog = student.locator(".jp-Dialog-content", has_text="Validation Results")
    dialog.wait_for(timeout=180 * SECONDS)
    snap(student, "hub-validation")
    assert "failed" in say(student)


def submit(student, name):
    row(student, "fetched").locator("button", has_text="Submit").click()
    row(student, "submitted").first.wait_for(timeout=60 * SECONDS)
    snap(student, f"hub-submitted-{name}")


def collect(hub, teacher):
    open_formgrader(teacher)
    snap(teacher, "hub-formgrader")
    assert "Successfully collected" in press(teacher, "cloud-download", "Success")
    snap(teacher, "hub-collected")
    close(teacher)
    folder = hub.home("instructor") / "submitted"
    assert sorted(path.name for path in folder.iterdir()) == ["ada", "ben"]


def grade_one_by_button(hub, teacher, student):
    """formgrader's own autograde, which is nbgrader's, with the course's steps."""
    form = teacher.frame_locator(FORM)
    form.locator("tr", has_text=LESSON).locator("td.num-submissions a").click()
    form.locator("td.student-id", has_text=student).wait_for()
    assert "Successfully autograded" in press(teacher, "flash", "Success", student)
    snap(teacher, "hub-autograded")
    close(teacher)
    assert filed(hub, student).exists()


def grade_the_rest_in_a_terminal(hub, teacher, student):
    in_terminal(teacher, "vegrad grade 01")
    for _ in range(120):
        if filed(hub, student).exists():
            break
        teacher.wait_for_timeout(1 * SECONDS)
    assert filed(hub, student).exists()
    teacher.wait_for_timeout(5 * SECONDS)
    snap(teacher, "hub-graded")


def filed(hub, student):
    return hub.home("instructor") / "autograded" / student / LESSON / f"{LESSON}.ipynb"


def look(hub, teacher):
    """The instructor's page of ada's notebook: the judge's words are there, her script is not."""
    page = teacher.context.new_page()
    page.goto(f"{hub.address}/user/instructor/formgrader/manage_submissions/{LESSON}")
    page.locator("tr", has_text="ada").locator("td.score").wait_for()
    assert page.locator("tr", has_text="ada").locator("td.score").inner_text() == "3 / 16"
    assert page.locator("tr", has_text="ben").locator("td.score").inner_text() == "0 / 16"
    assert "Lovelace, Ada" in page.locator("tr", has_text="3 / 16").inner_text()
    snap(page, "hub-marks")
    page.goto(f"{hub.address}/user/instructor/formgrader/gradebook/{LESSON}/{LESSON}")
    page.locator("tr", has_text="3 / 16").locator("a", has_text="Submission #").click()
    page.get_by_text("My own note.").wait_for()
    card = page.get_by_text("You returned sigma, the height of the curve")
    card.scroll_into_view_if_needed()
    snap(page, "hub-formgrade")
    assert page.evaluate("window.attacked") is None
    page.close()


def give_feedback(teacher):
    from_menu(teacher, "Formgrader")
    form = teacher.frame_locator(FORM)
    form.get_by_text("Manage Assignments").first.click()
    form.locator("#main-table td", has_text=LESSON).wait_for()
    assert "Successfully generated feedback" in press(teacher, "comment", "Success")
    close(teacher)
    assert "Successfully released feedback" in press(teacher, "envelope", "Success")
    snap(teacher, "hub-feedback-released")
    close(teacher)


def read_feedback(hub, student):
    """Her own page, fetched by nbgrader and opened in JupyterLab."""
    student.locator("#refresh_assignments_list").click()
    row(student, "submitted").locator("button", has_text="Fetch Feedback").click()
    student.get_by_text("(view feedback)").wait_for(timeout=60 * SECONDS)
    snap(student, "hub-feedback-fetched")
    (page,) = hub.home("ada").glob(f"{LESSON}/feedback/*/{LESSON}.html")
    path = str(page.relative_to(hub.home("ada")))
    execute(student, "docmanager:open", {"path": path, "factory": "HTML Viewer"})
    shown = student.frame_locator(".jp-HTMLViewer iframe")
    card = shown.get_by_text("You returned sigma, the height of the curve").first
    card.wait_for(timeout=60 * SECONDS)
    card.scroll_into_view_if_needed()
    snap(student, "hub-feedback")
    assert "Score: 3.0 / 16.0" in shown.locator("body").inner_text()
