"""A gradebook as other programs see it, and a grader that stops in the middle of writing."""

import sqlite3
from contextlib import closing

from nbgrader.api import Gradebook

from tests.grading.tiny_course import (
    LESSON,
    url,
)


def ask(course, sql, *values):
    """Rows as another program sees them, through its own connection."""
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return book.execute(sql, values).fetchall()


def dump(course):
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return list(book.iterdump())


def change(course, sql, *values):
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute(sql, values)


def marks(course, student):
    """What nbgrader's own API says: `{cell: (auto, manual, needs a person)}` and the comments."""
    with Gradebook(url(course), "vegrad") as book:
        notebook = book.find_submission_notebook(LESSON.id, LESSON.id, student)
        grades = {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade)
                  for g in notebook.grades}  # fmt: skip
        comments = {c.name: c.auto_comment for c in notebook.comments}
        return grades, comments, notebook.late_submission_penalty


def contents(course):
    """Every row of every table as text, without random ids and times: to compare two books."""
    tables = sorted(row[0] for row in ask(course, "SELECT name FROM sqlite_master WHERE sql > ''"))
    with Gradebook(url(course), "vegrad") as book:
        grades = sorted(
            (s.student.id, g.name, str(g.to_dict() | {"id": 0}))
            for s in book.assignment_submissions(LESSON.id)
            for n in s.notebooks
            for g in (*n.grades, *n.comments)
        )
    return tables, grades, ask(course, "SELECT * FROM vegrad_record ORDER BY student")


HOLD = """
import sys, time
from tests.grading.tiny_course import right
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading import tables
def stop(*ignored):
    print("held", flush=True)
    time.sleep(100)
tables.keep = stop
with Writer(sys.argv[1]) as writer:
    writer.write(right())
"""
