"""The graded notebook in `autograded/`, where formgrader and the feedback page look for it."""

import os
from pathlib import Path

from vegrad_course.errors import Refusal
from vegrad_course.grading import folders
from vegrad_course.grading.record import Graded


def file_notebook(course_root: Path, graded: Graded, timestamp: str = "") -> None:
    """Write `autograded/<student>/<lesson>/`, each file in one step.

    Do this before the gradebook is written: killed in between, the next run does both again.
    """
    folder = Path(course_root, "autograded", _name(graded.student), _name(graded.lesson))
    _put(folder / "timestamp.txt", timestamp)
    _put(folder / folders.KEY, folders.feedback_key(course_root, graded.student, graded.lesson))
    _put(folder / f"{graded.lesson}.ipynb", graded.notebook)


def filed_notebook(course_root: Path, student: str, lesson: str) -> Path:
    """Where the graded notebook of a submission stands."""
    return Path(course_root, "autograded", _name(student), _name(lesson), f"{lesson}.ipynb")


def filed_timestamp(folder: Path) -> str:
    """The time of submission that was filed with a notebook, or an empty text."""
    path = folder / "timestamp.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _put(path: Path, text: str) -> None:
    """The half-written file has one fixed name, so that what a kill leaves is overwritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not text:
            path.unlink(missing_ok=True)
            return
        half = path.with_name(f".{path.name}.half")
        with half.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise Refusal(
            f"Cannot write {path}: {error.strerror}. Make room, and the folder writable; "
            "then run the same command again: what is graded is kept."
        ) from None


def _name(name: str) -> str:
    """A student or a lesson names one folder, never a path out of it."""
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise Refusal(f"A folder's name is needed for a student or a lesson: got {name!r}.")
    return name
