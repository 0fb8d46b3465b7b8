"""vegrad regrade: stored answers judged again, shown, and written; no student code is needed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import nbformat
import pytest

from tests.grading.books import dump
from tests.grading.tiny_course import (
    EXERCISES,
    LESSON,
    course_in,
    mistaken,
    right,
    untouched,
    url,
)
from vegrad_course.exercises import registry
from vegrad_course.exercises.model import PASSED, Case, Misconception, failed
from vegrad_course.grading.filing import file_notebook
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.regrade import Again, Change, regrade

STUDENTS = ("ada", "bob", "eve")


@pytest.fixture
def course(tmp_path):
    course = course_in(tmp_path / "course")
    with Writer(url(course)) as writer:
        for graded in (right(), mistaken(), untouched()):
            file_notebook(course, graded, "2026-01-02 10:00:00 UTC")
            writer.write(graded)
    return course


@pytest.fixture
def now(monkeypatch):
    """Change an exercise as an instructor does: `now("sigmoid", judge=...)`."""

    def change(name, **parts):
        changed = tuple(replace(e, **parts) if e.name == name else e for e in EXERCISES)
        monkeypatch.setattr(registry, "of_lesson", lambda number: changed)

    return change


def files(course):
    found = (course / "autograded").rglob("*")
    return {path: path.read_bytes() for path in found if path.is_file()}


def run(course, **options):
    with Writer(url(course)) as writer:
        return regrade(writer, course, LESSON, **options)


def score(course, student, exercise):
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        rows = book.execute(
            "SELECT auto_score, manual_score FROM grade JOIN base_cell ON cell_id = base_cell.id "
            "JOIN submitted_notebook n ON grade.notebook_id = n.id "
            "JOIN submitted_assignment a ON n.assignment_id = a.id "
            "WHERE base_cell.name = ? AND student_id = ?",
            (f"check-{exercise}", student),
        )
        return rows.fetchone()


def anything_goes(case, outputs):
    return PASSED


def nothing_goes(case, outputs):
    return failed("value", "it is out of fashion.")


def test_the_same_rubric_changes_nothing(course):
    before = dump(course), files(course)
    found = run(course)
    assert (found.records, found.changes, found.again, found.reworded) == (3, [], [], 0)
    assert (dump(course), files(course)) == before


def test_a_gentler_rubric_is_shown_then_written(course, now):
    now("sigmoid", judge=anything_goes)
    before = dump(course), files(course)
    due = [Change("bob", "sigmoid", 1.5, 3.0)]
    assert run(course, dry_run=True).changes == due
    assert (dump(course), files(course)) == before
    assert run(course).changes == due
    assert [score(course, who, "sigmoid")[0] for who in STUDENTS] == [3.0, 3.0, 0.0]
    assert run(course).changes == []


def test_a_stricter_rubric_and_marks_by_hand(course, now):
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute("UPDATE grade SET manual_score = 2.75 WHERE auto_score = 3")
    now("sigmoid", judge=nothing_goes)
    found = run(course).changes
    assert found == [Change("ada", "sigmoid", 3.0, 0.0), Change("bob", "sigmoid", 1.5, 0.0)]
    assert score(course, "ada", "sigmoid") == (0.0, 2.75)
    assert score(course, "ada", "tanh_grad") == (2.0, None)


def test_the_filed_notebook_and_the_comment_say_the_same(course, now):
    now("sigmoid", judge=nothing_goes)
    run(course)
    folder = course / "autograded" / "ada" / LESSON.id
    notebook = nbformat.read(folder / f"{LESSON.id}.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells
               if c.metadata.get("nbgrader", {}).get("grade_id") == "check-sigmoid"]  # fmt: skip
    assert cell.outputs[0].data["text/plain"] == "0.0"
    assert "It is out of fashion." in cell.outputs[0].data["text/html"]
    assert (folder / "timestamp.txt").read_text() == "2026-01-02 10:00:00 UTC"
    assert any("It is out of fashion." in line for line in dump(course))


def test_a_mistake_that_is_recognised_now_rewords_the_feedback(course, now):
    (sigmoid,) = [e for e in EXERCISES if e.name == "sigmoid"]
    first = sigmoid.misconceptions[0]
    told = replace(first, message="This is the new explanation.")
    now("sigmoid", misconceptions=(told, *sigmoid.misconceptions[1:]))
    found = run(course)
    assert (found.changes, found.reworded) == ([], 1)
    assert any("This is the new explanation." in line for line in dump(course))
    assert isinstance(told, Misconception)


def test_other_questions_must_be_graded_again(course, now):
    now("sigmoid", cases=lambda rng: [Case("new", {"z": rng.normal(0, 1, 3)}, "is right")],
        judge=nothing_goes)  # fmt: skip
    found = run(course)
    why = "the exercise asks other questions now"
    assert found.again == [Again(who, "sigmoid", why) for who in STUDENTS]
    assert found.changes == [] and score(course, "bob", "sigmoid")[0] == 1.5


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE vegrad_record SET answers = x''", "no answers are stored"),
        ("UPDATE vegrad_record SET answers = x'c1'", "Stored answers cannot be read"),
    ],
)
def test_without_readable_answers_all_is_kept(course, now, sql, why):
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute(sql)
    now("sigmoid", judge=nothing_goes)
    found = run(course)
    assert len(found.again) == 3 * len(EXERCISES) and why in found.again[0].why
    assert score(course, "bob", "sigmoid")[0] == 1.5


def test_a_kill_between_the_file_and_the_gradebook_is_made_good(course, now, monkeypatch):
    now("sigmoid", judge=anything_goes)
    with monkeypatch.context() as killed:
        killed.setattr(Writer, "write", lambda self, graded: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(course)
    assert run(course).changes == [Change("bob", "sigmoid", 1.5, 3.0)]
    assert score(course, "bob", "sigmoid")[0] == 3.0


def test_the_command(course, now, vegrad):
    now("sigmoid", judge=anything_goes)
    code, out, err = vegrad("regrade", "01", "--dry-run", cwd=course)
    assert (code, err) == (0, "")
    assert "bob  sigmoid: 1.5 -> 3" in out and "1 marks would change" in out
    code, out, _ = vegrad("regrade", "01", "--json", "--db", url(course), cwd=course)
    told = json.loads(out)
    due = {"student": "bob", "exercise": "sigmoid", "before": 1.5, "after": 3.0}
    assert told["changes"] == [due] and told["records"] == 3 and not told["dry_run"]
    now("sigmoid", cases=lambda rng: [])
    code, out, _ = vegrad("regrade", "01", cwd=course)
    assert "eve  sigmoid: kept as it was, the exercise asks other questions now" in out
    code, _, err = vegrad("regrade", "01", "--db", "marks.db", cwd=course)
    assert code == 2 and "--db takes sqlite:///FILE" in err
