"""Building lessons, and checking that what stands on disk is what would be built."""

import difflib
import os
import tempfile
from pathlib import Path

from vegrad_course.authoring.course import Course
from vegrad_course.authoring.leaks import check_folder, check_leaks
from vegrad_course.authoring.notebook import instructor_notebook
from vegrad_course.authoring.release import student_notebook
from vegrad_course.authoring.rules import check_rules
from vegrad_course.authoring.source import read
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson

SHOWN_LINES = 40


def built(course: Course, lesson: Lesson) -> dict[Path, str]:
    """The two notebooks of a lesson: `{path: text}`. Nothing is written."""
    cells = read(course.source(lesson))
    check_rules(lesson, cells)
    instructor = instructor_notebook(cells)
    student = student_notebook(lesson.id, instructor)
    check_leaks(lesson.id, cells, student)
    check_folder(course.student(lesson).parent, lesson.id)
    return {course.instructor(lesson): instructor, course.student(lesson): student}


def build(course: Course, lessons: tuple[Lesson, ...]) -> list[Path]:
    """Build lessons and return the files that changed. All are built before one is written."""
    texts = [item for lesson in lessons for item in built(course, lesson).items()]
    changed = [(path, text) for path, text in texts if _on_disk(path) != text]
    for path, text in changed:
        write(path, text)
    return [path for path, _ in changed]


def stale(course: Course, lessons: tuple[Lesson, ...]) -> list[str]:
    """A diff for each notebook that is not what its source builds. Empty when all is well."""
    diffs = []
    for lesson in lessons:
        for path, text in built(course, lesson).items():
            if _on_disk(path) != text:
                diffs.append(_diff(path.relative_to(course.root), _on_disk(path), text))
    return diffs


def _diff(path: Path, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{path} (on disk)", f"{path} (built)", "", "", 2, ""
    )
    shown = list(lines)
    more = [f"... {len(shown) - SHOWN_LINES} more lines"] if len(shown) > SHOWN_LINES else []
    return "\n".join(shown[:SHOWN_LINES] + more)


def _on_disk(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def write(path: Path, text: str) -> None:
    """Write a file in one step, so that it is never half there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, delete=False, encoding="utf-8", newline="\n"
        ) as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError as error:
        raise Refusal(f"Cannot write {path}: {error.strerror}. Make the folder writable.") from None
