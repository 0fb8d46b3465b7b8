"""A synthetic class on disk, for each grader the same, and the marks that it got."""

import shutil
import sqlite3
from pathlib import Path

import torch  # noqa: F401  (answers are marked under a time limit, and this takes long)
from _grading_runs import ROOT

from vegrad_course.authoring.course import Course
from vegrad_course.demo_class import write_class
from vegrad_course.lessons import Lesson

# As nbgrader is used without this course's settings. Its cells may take longer than 30 seconds.
PLAIN = """
c = get_config()
c.CourseDirectory.course_id = "vegrad"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.Execute.timeout = 600
"""
MARKS = """
    SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score
    FROM grade JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
    JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN base_cell ON grade.cell_id = base_cell.id"""


def new_class(folder: Path, lesson: Lesson, students: int, times: int = 1) -> Path:
    """A course with a class. With `times`, each submission is handed in by so many students."""
    for kind in ("solutions", "notebooks"):
        shutil.copytree(ROOT / kind / lesson.id, folder / kind / lesson.id)
    shutil.copy(ROOT / "solutions" / f"{lesson.id}.py", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    write_class(Course(folder), lesson, students)
    submitted = folder / "submitted"
    for student in sorted(submitted.iterdir()):
        for number in range(times):
            name = f"class-{number:03d}-{student.name}"
            shutil.copytree(student, submitted / name)
        shutil.rmtree(student)
    return folder


def same_class(course: Path, folder: Path, students: int) -> Path:
    """A copy for stock nbgrader, with the first so many students."""
    shutil.copytree(course, folder)
    for student in sorted((folder / "submitted").iterdir())[students:]:
        shutil.rmtree(student)
    (folder / "nbgrader_config.py").write_text(PLAIN, encoding="utf-8")
    return folder


def submitted(course: Path, lesson: Lesson) -> list[Path]:
    """The notebooks that were handed in, by student."""
    return sorted(course.glob(f"submitted/*/{lesson.id}/{lesson.id}.ipynb"))


def marks(course: Path) -> dict[str, dict[str, float | None]]:
    """What the gradebook says: student → exercise → automatic score."""
    book = sqlite3.connect(course / "gradebook.db")
    found: dict[str, dict[str, float | None]] = {}
    for student, cell, score in book.execute(MARKS):
        found.setdefault(student, {})[cell.removeprefix("check-")] = score
    book.close()
    return found
