"""A hostile submission: what it tries, how it changes a notebook, and where it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.world import Place

Change = Callable[[NotebookNode, Place], None]
GAINS = "gains"  # marks above what is deserved
TOUCHES = "touches"  # something outside is read, changed or left
AFFECTS = "affects"  # others lose or gain marks, or the grader's run ends in an error
HOLDS = "holds"  # the grader is held far beyond its limit
REACHES = "reaches"  # it got as much of the machine as it wanted, and says so
FLOODS = "floods"  # what is kept about it, or the memory to look at it, is huge
UNPACKS = "unpacks"  # unpacked, it is far larger than what was handed in
SCRIPTS = "scripts"  # its feedback page holds active content, or its table a formula


def nothing(notebook: NotebookNode, place: Place) -> None:
    """Leaves the released notebook as it is."""


@dataclass(frozen=True)
class Attack:
    """One hostile submission. `wants` names every success that it would take.

    `change` edits the notebook before it is written, `folder` the student's folder afterwards.
    `works_on` says where it succeeds: "stock" nbgrader; the name of a wall of the sandbox, when
    that is removed; or "check NAME", a check of the judge (tests/attacks/unguarded.py), likewise.
    `cells` says with which test cells on stock nbgrader: "ours", those of the lesson;
    "hand-written", as most courses have them; "archive", unpacked by Python's own tools first.
    """

    name: str
    tries: str
    change: Change = nothing
    wants: tuple[str, ...] = (GAINS,)
    category: str = ""
    folder: Callable[[Path, Place], None] | None = None
    works_on: str = "stock"
    cells: str = "ours"
    deserved: float = 0.0
    student: str = ""

    @property
    def id(self) -> str:
        return self.student or f"h-{self.name}"


def code(source: str, into: str = "sigmoid") -> Change:
    """Puts source into an answer cell. `@ROOT@` and its like are filled in for the place."""
    if f"{into} =" not in source and f"def {into}(" not in source and "exec(" not in source:
        source += f"\n\ndef {into}(z):\n    return z * 0\n"

    def change(notebook: NotebookNode, place: Place) -> None:
        find(notebook, into).source = place.fill(source)

    return change


def answers(**sources: str) -> Change:
    """Puts each source into the answer cell of that name."""

    def change(notebook: NotebookNode, place: Place) -> None:
        for name, source in sources.items():
            code(source, into=name)(notebook, place)

    return change


def both(*changes: Change) -> Change:
    def change(notebook: NotebookNode, place: Place) -> None:
        for one in changes:
            one(notebook, place)

    return change


def find(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def graded_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]


def category(name: str, *attacks: Attack) -> tuple[Attack, ...]:
    """The attacks of one file, all of one category."""
    return tuple(replace(attack, category=name) for attack in attacks)
