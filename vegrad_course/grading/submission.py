"""A submission made clean: the student's cells, matched with the release's, in the order to run."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from vegrad_course.grading.cells import Cell, Role
from vegrad_course.grading.reading import Unreadable, read
from vegrad_course.grading.record import Problem, Submission
from vegrad_course.grading.recovery import Found, Recovery, grade_id, is_answer, same


@dataclass(frozen=True)
class Parsed:
    """A submission made clean. `notebook.cells[i]` is `cells[i]`, without outputs.

    `answers` maps the grade id of each answer that was found to its text; `problems` names each
    one that was not. `readable` is False where the bytes are no notebook: then only checks and
    untouched answers are left, and the first problem says why.
    """

    cells: tuple[Cell, ...]
    answers: dict[str, str]
    problems: tuple[Problem, ...]
    notebook: NotebookNode
    readable: bool = True


def parse(submission: Submission, release: NotebookNode) -> Parsed:
    """The cells of a submission, matched with the release's. Never raises on any bytes.

    All metadata, and every locked text, are the release's; of the student's, only the kind, the
    text and the order of the cells are used. Outputs are dropped.
    """
    notes = [Problem("submitted-file", note) for note in submission.notes]
    try:
        found = read(submission, notes)
    except Unreadable as why:
        return _assembled(Recovery([], release.cells), release, [why.problem, *notes], False)
    return _assembled(Recovery(found, release.cells).run(), release, notes, True)


def _assembled(
    recovery: Recovery, release: NotebookNode, notes: list[Problem], readable: bool
) -> Parsed:
    problems = [*notes, *recovery.problems]
    numbers = count()
    pairs: list[tuple[Cell, NotebookNode | None]] = []
    for position, found in enumerate(recovery.found):
        released = recovery.match.get(position)
        if position not in recovery.dropped:
            pairs.append((_cell(found, released, numbers, problems), released))
    _put_back(pairs, release, problems if readable else [])
    cells = tuple(cell for cell, _ in pairs)
    answers = {cell.grade_id: cell.source for cell in cells if cell.role == "answer"}
    notebook = new_notebook(metadata=deepcopy(release.metadata))
    notebook.cells = [_node(*pair) for pair in pairs]
    return Parsed(cells, answers, tuple(problems), notebook, readable)


def _cell(
    found: Found, released: NotebookNode | None, numbers: Iterator[int], problems: list[Problem]
) -> Cell:
    if released is None:
        pictures = found.attachments
        return Cell(
            found.kind, found.source, "student", f"student-{next(numbers):03d}", "", pictures
        )
    name, changed = grade_id(released), not same(found.source, released.source)
    cell = _as_released(released)
    if is_answer(released):
        if found.kind != released.cell_type:
            text = f"The answer to `{name}` was a {found.kind} cell; it is read as {cell.kind}."
            problems.append(Problem("flipped-cell", text))
        return replace(cell, source=found.source, role="answer", attachments=found.attachments)
    if name and changed:
        problems.append(Problem("locked-cell", f"The locked cell `{name}` was changed; put back."))
    if name:
        return cell
    own: Role = "student" if changed or found.kind != released.cell_type else "released"
    return replace(
        cell, kind=found.kind, source=found.source, role=own, attachments=found.attachments
    )


def _as_released(released: NotebookNode) -> Cell:
    marks = released.metadata.get("nbgrader", {})
    role: Any = "missing" if is_answer(released) else "check" if marks.get("grade") else "released"
    return Cell(released.cell_type, released.source, role, released.id, grade_id(released))


def _put_back(
    pairs: list[tuple[Cell, NotebookNode | None]], release: NotebookNode, problems: list[Problem]
) -> None:
    """Insert marked cells that are missing after what came before them in the release."""
    missing = []
    for position, released in enumerate(release.cells):
        if grade_id(released) and not any(node is released for _, node in pairs):
            before = {id(node) for node in release.cells[:position]}
            places = [p for p, (_, node) in enumerate(pairs) if id(node) in before]
            pairs.insert(max(places, default=-1) + 1, (_as_released(released), released))
            missing += [grade_id(released)] if is_answer(released) else []
    for name in missing:
        text = f"There is no cell that answers `{name}`, and none that defines it."
        problems.append(Problem("missing-cell", text))


def _node(cell: Cell, released: NotebookNode | None) -> NotebookNode:
    """The cell for the notebook. Its metadata are the release's, or none."""
    metadata = deepcopy(released.metadata) if released is not None else {}
    plain = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": cell.source}
    ran: dict[str, Any] = {"execution_count": None, "outputs": []}
    code = ran if cell.kind == "code" else {}
    more = {"attachments": cell.attachments} if cell.attachments else {}
    return nbformat.from_dict({**plain, **code, **more})
