"""A class on disk, graded by the real command, and all that grading leaves behind."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.grading.tiny_course import LESSON, course_in
from vegrad_course.authoring.course import Course
from vegrad_course.demo_class import due_marks, write_class
from vegrad_course.exercises import marking

SEED = marking.SEED  # the seed that the due marks were made with
MARKS = """
    SELECT student.id, grade_cell.id IS NOT NULL, base_cell.name, grade.auto_score,
           grade.manual_score, grade.extra_credit, grade.needs_manual_grade
    FROM grade JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
    JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN student ON submitted_assignment.student_id = student.id
    JOIN base_cell ON grade.cell_id = base_cell.id
    LEFT JOIN grade_cells grade_cell ON grade_cell.id = base_cell.id
    ORDER BY 1, 3"""
COMMENTS = """
    SELECT student.id, base_cell.name, comment.auto_comment, comment.manual_comment
    FROM comment JOIN submitted_notebook ON comment.notebook_id = submitted_notebook.id
    JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN student ON submitted_assignment.student_id = student.id
    JOIN base_cell ON comment.cell_id = base_cell.id
    ORDER BY 1, 2"""
RECORDS = "SELECT * FROM vegrad_record ORDER BY student, lesson"


def class_in(folder, students):
    """A course with a demo class of lesson 01."""
    write_class(Course(course_in(folder)), LESSON, students)
    return folder


def command(*options):
    arguments = ["grade", LESSON.number, "--seed", str(SEED), "--json", *map(str, options)]
    return [sys.executable, "-m", "vegrad_course.cli", *arguments]


def grade(course, *options):
    """Grade with the real command, in a process of its own."""
    done = subprocess.run(
        command(*options), cwd=course, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def due(course):
    """The marks that the class was built to get."""
    return due_marks(Course(course))


def marks(course):
    """The marks in the gradebook."""
    return {
        (who, name.removeprefix("check-")): auto for who, _, name, auto, *_ in rows(course, MARKS)
    }


def left_behind(course):
    """All that grading wrote: rows by what they mean, and files with their bytes."""
    folder = Path(course, "autograded")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    tables = {query: rows(course, query) for query in (MARKS, COMMENTS, RECORDS)}
    return tables, {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rows(course, query):
    engine = create_engine(f"sqlite:///{course}/gradebook.db")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found
