"""nbgrader's own tools on a class that the writer wrote."""

import csv
import html
import subprocess

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from tests.grading.tiny_course import (
    LESSON,
    mistaken,
    right,
    submission,
    untouched,
)
from vegrad_course.grading import settings
from vegrad_course.grading.filing import file_notebook
from vegrad_course.grading.gradebook import Writer


def nbgrader(*arguments, cwd):
    done = subprocess.run(["nbgrader", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def write_class(course, db_url):
    with Writer(db_url) as writer:
        for graded in (right(), mistaken(), untouched()):
            put_submission(course, graded)
            file_notebook(course, graded, "2026-01-02 10:00:00 UTC")
            writer.write(graded, submission(graded.student, "2026-01-02 10:00:00 UTC"))


def put_submission(course, graded):
    folder = course / "submitted" / graded.student / LESSON.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LESSON.id}.ipynb").write_text(graded.notebook, encoding="utf-8")
    (folder / "timestamp.txt").write_text("2026-01-02 10:00:00 UTC")


def check_nbgraders_tools(course, db_url):
    """Feedback, export and formgrader's queries on the class that `write_class` wrote."""
    option = f"--CourseDirectory.db_url={db_url}"
    nbgrader("generate_feedback", LESSON.id, option, cwd=course)
    nbgrader("export", option, cwd=course)
    page = course / "feedback" / "bob" / LESSON.id / f"{LESSON.id}.html"
    text = html.unescape(page.read_text(encoding="utf-8"))
    assert "This forward difference has an error" in text
    with (course / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {g.student: g.score for g in (right(), mistaken(), untouched())}
    check_formgraders_queries(course, db_url, scores)


def check_formgraders_queries(course, db_url, scores):
    """Each page of formgrader asks one of these."""
    config = settings.load(course)
    config.CourseDirectory.merge({"root": str(course), "db_url": db_url})
    formgrader = NbGraderAPI(CourseDirectory(config=config), config=config)
    found = {row["student"]: row for row in formgrader.get_submissions(LESSON.id)}
    assert {student: row["score"] for student, row in found.items()} == scores
    assert {row["autograded"] for row in found.values()} == {True}
    assert {row["needs_manual_grade"] for row in found.values()} == {False}
    (notebook,) = formgrader.get_notebooks(LESSON.id)
    assert notebook["average_score"] == sum(scores.values()) / 3
    notebooks = formgrader.get_notebook_submissions(LESSON.id, LESSON.id)
    assert all(row["failed_tests"] for row in notebooks)  # ada left three of hers untouched
    assert {row["id"]: row["score"] for row in formgrader.get_students()} == scores
    assert formgrader.get_assignment(LESSON.id)["num_submissions"] == 3
