"""From source cells to the instructor notebook, with nbgrader's metadata."""

import ast
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from vegrad_course.authoring.install import add_install_cell
from vegrad_course.authoring.source import SourceCell
from vegrad_course.exercises import registry

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def instructor_notebook(cells: tuple[SourceCell, ...]) -> str:
    """The instructor notebook's text. The same cells give the same bytes."""
    notebook = new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    may_raise = cells_that_may_raise(cells)
    for position, cell in enumerate(cells):
        make = new_code_cell if cell.kind == "code" else new_markdown_cell
        metadata = _metadata(cell, position in may_raise)
        name = cell.grade_id or f"cell-{position:03d}"
        notebook.cells.append(make(cell.text, id=name[:64], metadata=metadata))
    add_install_cell(notebook)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"


def _metadata(cell: SourceCell, may_raise: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": ["raises-exception"]} if may_raise else {}
    if cell.exercise:
        metadata["nbgrader"] = _nbgrader(cell, grade=False, locked=False, solution=True)
    if cell.check:
        points = float(registry.find(cell.check).points)
        metadata["nbgrader"] = {
            **_nbgrader(cell, grade=True, locked=True, solution=False),
            "points": points,
        }
    if cell.written:
        metadata["nbgrader"] = {
            **_nbgrader(cell, grade=True, locked=False, solution=True),
            "points": float(cell.points),
        }
    return metadata


def _nbgrader(cell: SourceCell, **flags: bool) -> dict[str, Any]:
    return {"grade_id": cell.grade_id, "schema_version": 3, "task": False, **flags}


def cells_that_may_raise(cells: tuple[SourceCell, ...]) -> set[int]:
    """Positions of cells that use an answer, directly or not.

    They fail until the answer is written. Jupyter's tag for this lets Run All go on past them.
    """
    unsure: set[str] = set()
    positions: set[int] = set()
    for position, cell in enumerate(cells):
        if cell.kind != "code":
            continue
        loaded, bound = _names(cell.text)
        if cell.exercise or loaded & unsure:
            positions.add(position)
            unsure |= bound
    return positions


def _names(text: str) -> tuple[set[str], set[str]]:
    """The names that a cell reads, and those that it binds."""
    lines = [line for line in text.splitlines() if not line.startswith(("%", "!"))]
    nodes = list(ast.walk(ast.parse("\n".join(lines))))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    loaded = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    bound = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return loaded, bound | defined
