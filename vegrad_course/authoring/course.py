"""Where a course stands on disk, and the places of its files."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson


@dataclass(frozen=True)
class Course:
    """A folder with `solutions/`, `notebooks/` and `nbgrader_config.py`."""

    root: Path

    def source(self, lesson: Lesson) -> Path:
        return self.root / "solutions" / f"{lesson.id}.py"

    def instructor(self, lesson: Lesson) -> Path:
        return self.root / "solutions" / lesson.id / f"{lesson.id}.ipynb"

    def student(self, lesson: Lesson) -> Path:
        return self.root / "notebooks" / lesson.id / f"{lesson.id}.ipynb"


def read_notebook(path: Path) -> NotebookNode:
    """The notebook of a file. One that is missing or broken is refused in one line."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Refusal(f"{path} cannot be read ({why}). `vegrad build` makes it anew.") from None


def here() -> Course:
    """The course that the current folder belongs to."""
    start = Path.cwd()
    for folder in (start, *start.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return Course(folder)
    raise Refusal(
        f"This command works on a course's files, and {start} is not inside a course. "
        "Change into the folder that holds nbgrader_config.py and solutions/."
    )
