"""Which cells must run so that the answers work. Demonstrations that no answer uses need not."""

from collections.abc import Container, Sequence
from functools import lru_cache

from vegrad_course.grading.cells import Cell
from vegrad_course.grading.names import Names, names, words

RELEASED = 256  # cells whose names are remembered: those of a lesson, which all its students share


def all_cells(cells: Sequence[Cell]) -> list[int]:
    """The positions of a whole run: all code but the checks, which the judge replaces."""
    return [
        position
        for position, cell in enumerate(cells)
        if cell.kind == "code" and cell.role not in ("check", "missing")
    ]


def needed(cells: Sequence[Cell], answers: Container[str]) -> list[int]:
    """The positions of the cells that `answers` (grade ids) need, in the order to run.

    What the student wrote runs, and so does every import. A released cell runs when it binds, or
    changes in place, a top-level name that a running cell loads. This repeats until nothing joins.
    """
    possible = {position: _read(cells[position]) for position in all_cells(cells)}
    running = {p for p, read in possible.items() if _starts(cells[p], read, answers)}
    loaded = {name for p in running for name in possible[p].loads}
    modules = {name for read in possible.values() for name in read.imports}
    while joining := {p for p in possible.keys() - running if _gives(possible[p], loaded, modules)}:
        running |= joining
        loaded |= {name for p in joining for name in possible[p].loads}
    return sorted(running)


def _read(cell: Cell) -> Names:
    """The names of a cell. One that cannot be read may load every word in it."""
    found = _names_of_released(cell.source) if cell.role == "released" else names(cell.source)
    return found or Names(loads=words(cell.source))


_names_of_released = lru_cache(RELEASED)(names)


def _starts(cell: Cell, read: Names, answers: Container[str]) -> bool:
    wanted = cell.role == "answer" and cell.grade_id in answers
    return wanted or cell.role == "student" or bool(read.imports)


def _gives(read: Names, loaded: set[str], modules: set[str]) -> bool:
    """Most calls on a module, `plots.show()`, change nothing in it; `np.random.seed()` does."""
    return not loaded.isdisjoint(read.binds | (read.changes - modules) | read.sets)
