"""What stands in the repository is what the sources build, and no answer is in it."""

import nbformat
import pytest

from tests.conftest import some
from vegrad_course.authoring import build
from vegrad_course.authoring.source import read
from vegrad_course.lessons import all_lessons

every_lesson = pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.id)


@every_lesson
def test_nothing_is_stale(course, lesson):
    assert build.stale(course, (lesson,)) == []


@every_lesson
def test_students_get_stubs_and_locked_checks(course, lesson):
    student = nbformat.read(course.student(lesson), as_version=4)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in student.cells
        if "nbgrader" in cell.metadata
    }
    for cell in read(course.source(lesson)):
        if cell.exercise:
            shown = cells[cell.exercise].source
            assert "raise NotImplementedError()" in shown
            assert "SOLUTION" not in shown
        if cell.check:
            assert cells[cell.grade_id].metadata.nbgrader.locked


@pytest.mark.parametrize("lesson", some(quick=("00", "05")))
def test_the_same_notebook_comes_from_nbgrader_s_own_command(course, lesson, tmp_path):
    """`nbgrader generate_assignment` with the repository's configuration, run as a person would."""
    import shutil
    import subprocess

    for name in ("nbgrader_config.py",):
        shutil.copy(course.root / name, tmp_path)
    shutil.copytree(course.root / "solutions" / lesson.id, tmp_path / "solutions" / lesson.id)
    subprocess.run(
        ["nbgrader", "generate_assignment", lesson.id],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    released = tmp_path / "notebooks" / lesson.id / f"{lesson.id}.ipynb"
    assert released.read_text("utf-8").strip() == course.student(lesson).read_text("utf-8").strip()
