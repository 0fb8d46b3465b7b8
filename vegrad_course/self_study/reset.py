"""The released notebook put back; the learner's stays as a backup."""

from pathlib import Path

from vegrad_course.authoring.build import write
from vegrad_course.authoring.course import Course
from vegrad_course.authoring.notebook import instructor_notebook
from vegrad_course.authoring.release import student_notebook
from vegrad_course.authoring.source import read
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson


def reset(course: Course, lesson: Lesson) -> Path | None:
    """Put the released notebook back. Returns the backup, or None where there was no notebook."""
    path = course.student(lesson)
    released = student_notebook(lesson.id, instructor_notebook(read(course.source(lesson))))
    mine = _bytes(path)
    if mine == released.encode():
        raise Refusal(f"{path} is as it was released: there is nothing to put back.")
    backup = None if mine is None else _keep(course.root / "backups", lesson.id, mine)
    write(path, released)
    return backup


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refusal(f"Cannot read {path}: {error.strerror}. Move it away.") from None


def _keep(folder: Path, lesson_id: str, mine: bytes) -> Path:
    """A copy under the next free number, in a folder that git passes over."""
    try:
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        ends = (path.stem.rpartition("-")[2] for path in folder.glob(f"{lesson_id}-*.ipynb"))
        number = max((int(end) for end in ends if end.isdecimal()), default=0) + 1
        backup = folder / f"{lesson_id}-{number}.ipynb"
        with backup.open("xb") as file:
            file.write(mine)
    except OSError as error:
        why = f"Cannot write into {folder}: {error.strerror}. Nothing was changed."
        raise Refusal(f"{why} Make room for the backup.") from None
    return backup
