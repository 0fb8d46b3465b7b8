"""Does an answer stand anywhere in what students get?"""

from pathlib import Path

import nbformat

from vegrad_course.authoring.source import SourceCell
from vegrad_course.errors import Refusal

TELLING = 12  # characters, blanks left out: shorter lines (`return z`) tell nothing


def check_leaks(lesson_id: str, cells: tuple[SourceCell, ...], student: str) -> None:
    """Refuse a student notebook that holds a telling line of an answer."""
    notebook = nbformat.reads(student, as_version=4)
    shown = {_squeeze(line) for cell in notebook.cells for line in cell.source.splitlines()}
    for cell in cells:
        if not (cell.exercise or cell.written):
            continue
        for line in cell.solution().splitlines():
            if len(_squeeze(line)) >= TELLING and any(_squeeze(line) in seen for seen in shown):
                raise Refusal(
                    f"{lesson_id}: the answer to {cell.grade_id!r} leaks into the student notebook "
                    f"in the line `{line.strip()}`. Reword the lesson, or the answer."
                )


def check_folder(folder: Path, lesson_id: str) -> None:
    """Refuse a student folder that holds anything but the notebook."""
    expected = {f"{lesson_id}.ipynb", ".ipynb_checkpoints"}
    extra = sorted({path.name for path in folder.glob("*")} - expected)
    if extra:
        raise Refusal(f"notebooks/{lesson_id} holds {extra}, which students would get. Move it.")


def _squeeze(line: str) -> str:
    return "".join(line.partition("  # ")[0].split())
