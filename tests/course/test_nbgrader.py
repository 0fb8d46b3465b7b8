"""A class through stock nbgrader: marks, feedback and export."""

import csv
import html
import shutil
import subprocess

import pytest

from tests.conftest import ROOT
from vegrad_course.authoring.course import Course
from vegrad_course.demo_class import due_marks
from vegrad_course.exercises import registry
from vegrad_course.lessons import all_lessons

LESSONS = [
    pytest.param(lesson.id, marks=[] if lesson.number == "01" else pytest.mark.slow)
    for lesson in all_lessons()
]


def nbgrader(*arguments, cwd):
    done = subprocess.run(["nbgrader", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_class_gets_the_marks_that_it_was_built_to_get(lesson, tmp_path, vegrad):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    students = 5 if lesson.startswith("01") else 12
    code, out, _ = vegrad("demo-class", "--lesson", lesson, "--students", students, cwd=tmp_path)
    assert code == 0 and f"`vegrad grade {lesson[:2]}`" in out
    nbgrader("autograde", lesson, cwd=tmp_path)
    nbgrader("generate_feedback", lesson, cwd=tmp_path)
    nbgrader("export", cwd=tmp_path)
    due = due_marks(Course(tmp_path))
    assert scores(tmp_path, lesson) == due
    assert exported(tmp_path / "grades.csv") == totals(due)
    assert_feedback_names_the_mistakes(tmp_path, lesson)


def scores(folder, lesson):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder}/gradebook.db", "vegrad") as book:
        return {
            (submission.student.id, grade.name.removeprefix("check-")): grade.auto_score
            for submission in book.assignment_submissions(lesson)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name.startswith("check-")  # a person marks the others
        }


def totals(due):
    students = {student for student, _ in due}
    return {s: round(sum(v for (who, _), v in due.items() if who == s), 6) for s in students}


def exported(path):
    with path.open(encoding="utf-8") as file:
        return {row["student_id"]: round(float(row["score"]), 6) for row in csv.DictReader(file)}


def assert_feedback_names_the_mistakes(folder, lesson):
    """Student 5 makes the first mistake of every exercise, and reads so on the feedback page."""
    page = folder / "feedback" / "demo-005" / lesson / f"{lesson}.html"
    text = (
        html.unescape(page.read_text(encoding="utf-8")).replace("<code>", "").replace("</code>", "")
    )
    for exercise in registry.of_lesson(lesson[:2]):
        message = " ".join(exercise.misconceptions[0].message.split()).replace("`", "")
        assert message in text, exercise.name
    first = (folder / "feedback" / "demo-001" / lesson / f"{lesson}.html").read_text(
        encoding="utf-8"
    )
    assert "Likely cause" not in first
