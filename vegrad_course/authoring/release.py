"""The student notebook, made by nbgrader's own generate_assignment in a folder of its own."""

import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from traitlets.config import Config

from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson


def student_notebook(lesson_id: str, instructor: str) -> str:
    """What nbgrader releases for an instructor notebook: answers cleared, cells locked."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "solutions", lesson_id, f"{lesson_id}.ipynb")
        source.parent.mkdir(parents=True)
        source.write_text(instructor, encoding="utf-8")
        config = _config(Path(folder), lesson_id)
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        _generate(config)
        released = sorted(Path(folder, "notebooks", lesson_id).iterdir())
        if [path.name for path in released] != [f"{lesson_id}.ipynb"]:
            raise Refusal(f"{lesson_id}: nbgrader released {[p.name for p in released]}.")
        return released[0].read_text(encoding="utf-8").rstrip("\n") + "\n"


def register(course: Course, lesson: Lesson, db_url: str = "") -> None:
    """Tell the gradebook what the lesson is worth. Files stay as they are."""
    from nbgrader.converters import NbGraderException

    read_notebook(course.instructor(lesson))
    with TemporaryDirectory() as folder:
        config = _config(course.root, lesson.id)
        config.CourseDirectory.release_directory = folder
        if db_url:
            config.CourseDirectory.db_url = db_url
        try:
            _generate(config)
        except NbGraderException:
            book = db_url or course.root / "gradebook.db"
            raise Refusal(
                f"nbgrader cannot use {book}. Make it writable, or move it away for a new one."
            ) from None


def _generate(config: Config) -> None:
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:  # nbgrader runs alembic from PATH
        course = CourseDirectory(config=config)
        GenerateAssignment(coursedir=course, config=config, parent=None).start()
    finally:
        os.environ["PATH"] = before


def _config(root: Path, lesson_id: str) -> Config:
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "vegrad"
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "notebooks"
    config.CourseDirectory.assignment_id = lesson_id
    return config
