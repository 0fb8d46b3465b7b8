"""Which student cell is which released cell: by grade id, then by cell id, then by name.

A written answer and a code answer keep their released kind. What is odd is said, cell by cell.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from vegrad_course.grading.cells import Kind
from vegrad_course.grading.names import Names, names
from vegrad_course.grading.record import Problem

Match = dict[int, NotebookNode]  # position of a student's cell -> the released cell that it is


@dataclass(frozen=True)
class Found:
    """A student's cell as it was found. `grade_id` and `id` are claims, not facts."""

    kind: Kind
    source: str
    id: str = ""
    grade_id: str = ""
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


def grade_id(released: NotebookNode) -> str:
    """The grade id of a cell of the release, or nothing."""
    return str(released.metadata.get("nbgrader", {}).get("grade_id", ""))


def is_answer(released: NotebookNode) -> bool:
    return bool(released.metadata.get("nbgrader", {}).get("solution"))


def same(one: str, other: str) -> bool:
    """Equal but for white space at the ends of lines and of the text."""
    return _trimmed(one) == _trimmed(other)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@dataclass
class Recovery:
    """The matching of one submission's cells with the release's.

    After `run`, `match` holds what each student's cell is, `dropped` the spare released texts
    (untouched copies of answers, second copies of checks), and `problems` what was odd.
    """

    found: Sequence[Found]
    release: Sequence[NotebookNode]
    match: Match = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    _names: dict[int, Names | None] = field(default_factory=dict)

    def run(self) -> "Recovery":
        graded = [cell for cell in self.release if grade_id(cell)]
        for cell in graded:
            self._claimed(cell, [p for p, f in self._free() if f.grade_id == grade_id(cell)])
        by_id = [c for c in self._unmatched() if self._claimed(c, self._with_id(c.get("id")))]
        self._same_texts()
        by_name = [cell for cell in graded if is_answer(cell) and self._named(cell)]
        self._note_recovered("cell id", [cell for cell in by_id if is_answer(cell)])
        self._note_recovered("name", by_name)
        self._note_foreign({grade_id(cell) for cell in graded})
        self._note_order()
        return self

    def _free(self) -> list[tuple[int, Found]]:
        taken = self.match.keys() | self.dropped
        return [(p, found) for p, found in enumerate(self.found) if p not in taken]

    def _with_id(self, name: str | None) -> list[int]:
        return [p for p, found in self._free() if found.id and found.id == name]

    def _unmatched(self) -> list[NotebookNode]:
        matched = {id(cell) for cell in self.match.values()}
        return [cell for cell in self.release if id(cell) not in matched]

    def _claimed(self, cell: NotebookNode, places: list[int]) -> bool:
        """Match the best of the cells that claim to be `cell`; drop untouched copies."""
        if not places:
            return False
        touched = [p for p in places if not same(self.found[p].source, cell.source)]
        chosen = self._last_that_defines(cell, touched or places) if is_answer(cell) else places[0]
        self.match[chosen] = cell
        if grade_id(cell):
            self.dropped |= set(places) - set(touched) - {chosen}
        if is_answer(cell) and len({_trimmed(self.found[p].source) for p in touched}) > 1:
            self._note(
                "duplicate-cell",
                f"{len(places)} cells are marked as the answer to `{grade_id(cell)}`. "
                "All of them run; the last one that defines it counts.",
            )
        return True

    def _last_that_defines(self, cell: NotebookNode, places: list[int]) -> int:
        defining = [p for p in places if self._defines(p, grade_id(cell))]
        return (defining or places)[-1]

    def _defines(self, position: int, name: str) -> bool:
        """Whether a cell binds a top-level name. A text with broken syntax is searched for it."""
        text = self.found[position].source
        if position not in self._names:
            self._names[position] = names(text)
        read = self._names[position]
        if read is not None:
            return name in read.binds
        return bool(re.search(rf"^(def {name}\b|{name}\s*[:=])", text, re.MULTILINE))

    def _same_texts(self) -> None:
        """Cells without a mark whose text is a released one. An answer needs more than that."""
        places: dict[str, list[int]] = {}
        for position, found in self._free():
            places.setdefault(_trimmed(found.source), []).append(position)
        for cell in self._unmatched():
            here = [] if is_answer(cell) else places.get(_trimmed(cell.source), [])
            if here:
                self.match[here.pop(0)] = cell
            if grade_id(cell):
                self.dropped |= set(here)

    def _named(self, cell: NotebookNode) -> bool:
        """Without a cell, or with an untouched one: the one free cell that binds the name."""
        at = [p for p, matched in self.match.items() if matched is cell]
        if cell.cell_type != "code" or any(self._touched(p, cell) for p in at):
            return False
        free = [p for p, f in self._free() if f.kind == "code" and self._defines(p, grade_id(cell))]
        written = [p for p in free if self._touched(p, cell)]
        chosen = written if at or written else free[:1]
        if len(chosen) != 1:
            return False
        self.dropped |= {*at, *free} - {*chosen}
        self.match = {p: c for p, c in self.match.items() if c is not cell} | {chosen[0]: cell}
        return True

    def _touched(self, position: int, cell: NotebookNode) -> bool:
        return not same(self.found[position].source, cell.source)

    def _note(self, kind: str, text: str) -> None:
        self.problems.append(Problem(kind, text))

    def _note_recovered(self, how: str, cells: Sequence[NotebookNode]) -> None:
        if cells:
            answers = listed(map(grade_id, cells))
            self._note("recovered", f"Marks are missing. Answers found by {how}: {answers}.")

    def _note_foreign(self, known: set[str]) -> None:
        foreign = sorted({f.grade_id for f in self.found if f.grade_id} - known)
        if foreign:
            text = f"Marks of cells that this lesson does not have: {listed(foreign)}."
            self._note("foreign-cell", f"{text} These cells are ordinary ones.")

    def _note_order(self) -> None:
        order = {id(cell): position for position, cell in enumerate(self.release)}
        met = [order[id(self.match[p])] for p in sorted(self.match)]
        if met != sorted(met):
            self._note(
                "reordered", "Cells are in another order than released. They run as they stand."
            )


def listed(names: Iterable[str]) -> str:
    """Names for a sentence: at most four, each short, printable and in backticks."""
    every = [ascii(name[:60])[1:-1].replace("`", "'") for name in names]
    more = f" and {len(every) - 4} more" if len(every) > 4 else ""
    return ", ".join(f"`{name}`" for name in every[:4]) + more
