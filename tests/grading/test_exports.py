"""`nbgrader export` for Canvas and Moodle, on a real gradebook with awkward students."""

import csv
import logging
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.conftest import ROOT
from vegrad_course.errors import Refusal
from vegrad_course.grading.exports import CanvasExportPlugin
from vegrad_course.grading.safe_text import defused

LESSON = "01_sigmoid_derivative"
PLUGINS = "vegrad_course.grading.exports."
STUDENTS = {  # id: first name, last name, email, LMS id
    "ann": ("Ann", "Lee", "ann@a.org", "17"),
    "=1+1": ("=cmd|' /C calc'!A0", "", "+1@a.org", "@SUM(A1)"),
    "obrien": ('O\'Brien, "Q"', "<script>alert(1)</script>", "q@a.org", None),
    "élève": ("Zoë\t\x1b[31m", "Müller\n=1+1", None, None),
    "points": ("Possible", "Points", None, None),
    "last": ("Points Possible", "", None, None),
    "absent": ("Never", "There", "n@a.org", "99"),
}
PRESENT = sorted(set(STUDENTS) - {"absent"})


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """nbgrader's own gradebook of a lesson: late, commented, unmarked and absent students."""
    from nbgrader.api import Gradebook

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        path = tmp_path_factory.mktemp("course") / "gradebook.db"
        with Gradebook(f"sqlite:///{path}", "vegrad") as book:
            book.add_assignment(LESSON)
            book.add_notebook(LESSON, LESSON)
            book.add_grade_cell("check-sigmoid", LESSON, LESSON, max_score=2, cell_type="code")
            book.add_solution_cell("sigmoid", LESSON, LESSON)
            for student, (first, last, email, lms) in STUDENTS.items():
                book.add_student(
                    student, first_name=first, last_name=last, email=email, lms_user_id=lms
                )
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # nbgrader adds submissions in a way SQLAlchemy warns of
                fill(book)
            yield book


def fill(book):
    """Student number n gets n/4 points, and loses some where late; "points" waits for a person."""
    for number, student in enumerate(PRESENT):
        book.add_submission(LESSON, student)
        notebook = book.find_submission_notebook(LESSON, LESSON, student)
        grade = notebook.grades[0]
        grade.auto_score, grade.needs_manual_grade = number / 4, student == "points"
        notebook.comments[0].manual_comment = "=HYPERLINK(1)\nSee `x`."
        notebook.late_submission_penalty = {"last": 0.25, "obrien": 100}.get(student)
    book.db.commit()


def exported(book, plugin, path, **settings):
    from vegrad_course.grading import exports

    getattr(exports, plugin)(to=str(path / "out.csv"), **settings).export(book)
    with (path / "out.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


def scores():
    """What fill() gave, by the login as a spreadsheet shows it."""
    given = {student: number / 4 for number, student in enumerate(PRESENT)}
    given |= {"last": given["last"] - 0.25, "obrien": 0.0, "absent": None}
    return {f"'{s}" if s.startswith("=") else s: value for s, value in given.items()}


def assert_harmless(rows):
    assert len({len(row) for row in rows}) == 1
    for field in (field for row in rows for field in row):
        assert not field.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert "\x1b" not in field


def test_canvas_reads_the_students_the_points_and_the_scores(book, tmp_path):
    rows = exported(book, "CanvasExportPlugin", tmp_path)
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LESSON]
    assert rows[1] == ["    Points Possible", "", "", "", "", "2"]
    assert_harmless(rows)
    by_login = {row[3]: row for row in rows[2:]}
    assert by_login["ann"][:2] == ["Lee, Ann", "17"]
    assert by_login["'=1+1"][:2] == ["'=cmd|' /C calc'!A0", "'@SUM(A1)"]
    assert by_login["obrien"][0] == '<script>alert(1)</script>, O\'Brien, "Q"'
    assert by_login["élève"][0] == "Müller =1+1, Zoë \N{REPLACEMENT CHARACTER}[31m"
    assert {s: float(row[5]) if row[5] else None for s, row in by_login.items()} == scores()


def test_canvas_takes_no_student_for_the_row_of_points(book, tmp_path):
    rows = exported(book, "CanvasExportPlugin", tmp_path)
    assert [row[0] for row in rows if "points possible" in row[0].lower()] == [rows[1][0]]
    assert {"last", "Points, Possible"} <= {row[0] for row in rows}


def test_canvas_numbers_name_the_assignment(book, tmp_path):
    chosen = {"assignment_ids": {LESSON: 4711}, "section": "A 1"}
    rows = exported(book, "CanvasExportPlugin", tmp_path, **chosen)
    assert rows[0][-1] == f"{LESSON} (4711)" and rows[2][4] == "A 1"


def test_moodle_reads_the_users_the_scores_and_the_feedback(book, tmp_path):
    rows = exported(book, "MoodleExportPlugin", tmp_path)
    head = ["ID number", "Username", "Full name", "Email address", LESSON, f"{LESSON} (feedback)"]
    assert rows[0] == head
    assert_harmless(rows)
    by_name = {row[1]: row for row in rows[1:]}
    assert by_name["ann"][:4] == ["17", "ann", "Ann Lee", "ann@a.org"]
    assert by_name["'=1+1"][3] == "'+1@a.org"
    assert by_name["ann"][5] == "sigmoid: =HYPERLINK(1)\nSee `x`."
    assert by_name["absent"][4:] == ["", ""]
    assert {s: float(row[4]) if row[4] else None for s, row in by_name.items()} == scores()


def test_some_students_only(book, tmp_path):
    rows = exported(book, "MoodleExportPlugin", tmp_path, student=["ann"])
    assert [row[1] for row in rows[1:]] == ["ann"]


@pytest.mark.parametrize("wrong, words", [
    ({"student": ["nobody"]}, "does not know nobody"), ({"assignment": [99]}, "does not know 99"),
    ({"to": "/nowhere/a.csv"}, "Cannot write /nowhere/a.csv: No such file"),
])  # fmt: skip
def test_bad_input_is_refused(book, wrong, words):
    with pytest.raises(Refusal, match=words):
        CanvasExportPlugin(**wrong).export(book)


def test_marks_that_wait_for_a_person_are_named(book, tmp_path, caplog):
    exported(book, "CanvasExportPlugin", tmp_path, log=logging.getLogger("export"))
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f"{LESSON} of points still waits for a person."
    ]


@pytest.mark.slow
@pytest.mark.parametrize("plugin, key", [("CanvasExportPlugin", 3), ("MoodleExportPlugin", 1)])
def test_nbgrader_export_finds_the_plugins(plugin, key, tmp_path, vegrad):
    """A class made and graded by nbgrader's own commands; one student has no harmless name."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder / LESSON, tmp_path / folder / LESSON)
    shutil.copy(ROOT / "solutions" / f"{LESSON}.py", tmp_path / "solutions")
    vegrad("demo-class", "--lesson", LESSON, "--students", 2, cwd=tmp_path)
    nbgrader("autograde", LESSON, cwd=tmp_path)
    name = "=cmd|' /C calc'!A0"
    nbgrader("db", "student", "add", f"--last-name={name}", "demo-001", cwd=tmp_path)
    nbgrader("export", f"--exporter={PLUGINS}{plugin}", "--to=out.csv", cwd=tmp_path)
    nbgrader("export", cwd=tmp_path)
    with (tmp_path / "out.csv").open(encoding="utf-8") as ours:
        rows = list(csv.reader(ours))
    with (tmp_path / "grades.csv").open(encoding="utf-8") as theirs:
        due = {row["student_id"]: float(row["score"]) for row in csv.DictReader(theirs)}
    column = rows[0].index(LESSON)
    assert {row[key]: float(row[column]) for row in rows if row[key] in due} == due
    assert len(due) == 2 and max(due.values()) > 0
    assert f"'{name}" in {field for row in rows for field in row}


def nbgrader(*arguments, cwd):
    done = subprocess.run(["nbgrader", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("field", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
def test_every_sign_of_a_formula_is_defused(field):
    assert defused(field) == f"'{field}"
    assert defused(f"a{field}") == f"a{field}"
