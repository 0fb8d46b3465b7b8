"""Reading a lesson source: py:percent cells with the markers `exercise=`, `check=`, `written=`."""

import ast
from dataclasses import dataclass
from pathlib import Path

import jupytext

from vegrad_course.errors import Refusal, nearest

MARKERS = ("exercise", "check", "written", "points")
QUIET = ("lines_to_next_cell", "lines_to_end_of_cell_marker")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


@dataclass(frozen=True)
class SourceCell:
    """One cell: its kind, its text, and the exercise that it answers or checks, if any.

    `written` names an answer in words, which a person marks with up to `points`.
    """

    kind: str
    text: str
    exercise: str = ""
    check: str = ""
    written: str = ""
    points: float = 0

    @property
    def grade_id(self) -> str:
        return self.exercise or self.written or (f"check-{self.check}" if self.check else "")

    def solution(self) -> str:
        """The lines between the solution marks."""
        inside = self.text.split(BEGIN, 1)[1].split(END, 1)[0]
        return inside.partition("\n")[2].rstrip()

    def answered(self, body: str) -> str:
        """The cell's text with another body in place of its solution, at the same indent."""
        before, rest = self.text.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        return before.rstrip(" ") + body + after


def read(path: Path) -> tuple[SourceCell, ...]:
    """The cells of a lesson source. A wrong marker is refused with its file and cell."""
    if not path.is_file():
        raise Refusal(f"The lesson source {path} is missing. Create it, or fix the lesson's name.")
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = tuple(_cell(path, number, cell) for number, cell in enumerate(notebook.cells, 1))
    _check_ids(path, cells)
    return cells


def _cell(path: Path, number: int, cell: dict) -> SourceCell:
    where = f"{path.name}, cell {number}"
    marks = {key: item for key, item in cell["metadata"].items() if key not in QUIET}
    for mark in marks:
        if mark not in MARKERS:
            raise Refusal(f"{where}: unknown marker {mark!r}. {nearest(mark, MARKERS)}")
    result = SourceCell(cell["cell_type"], cell["source"], **marks)
    _check_solution_marks(where, result)
    return result


def _check_solution_marks(where: str, cell: SourceCell) -> None:
    begins, ends = cell.text.count(BEGIN), cell.text.count(END)
    answer = cell.exercise or cell.written
    if answer and (begins, ends) != (1, 1):
        raise Refusal(
            f"{where}: exercise {answer!r} has {begins} `{BEGIN}` and {ends} `{END}`. "
            "It needs one of each, around the answer."
        )
    if not answer and (begins or ends or "BEGIN HIDDEN" in cell.text):
        raise Refusal(f'{where}: a solution outside an exercise cell. Add exercise="name".')
    if cell.kind == "code":
        _check_syntax(where, cell)


def _check_syntax(where: str, cell: SourceCell) -> None:
    lines = [f"# {x}" if x.startswith(("%", "!")) else x for x in cell.text.splitlines()]
    try:
        ast.parse("\n".join(lines))
    except SyntaxError as error:
        raise Refusal(f"{where}, line {error.lineno}: {error.msg}. Fix the Python.") from None


def _check_ids(path: Path, cells: tuple[SourceCell, ...]) -> None:
    ids = [cell.grade_id for cell in cells if cell.grade_id]
    for grade_id in ids:
        if ids.count(grade_id) > 1:
            raise Refusal(f"{path.name}: grade id {grade_id!r} is used twice. Rename one.")
