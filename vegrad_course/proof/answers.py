"""The reference answers of a lesson, taken from its source and run in this process."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from vegrad_course.authoring.source import SourceCell
from vegrad_course.exercises import registry


def namespace(
    cells: tuple[SourceCell, ...], constants: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """All names after the imports and the answers of a lesson have run, in order.

    So an answer may use imports, earlier answers and its constants, and nothing else. Constants
    are everybody's, but for those that are given by name.
    """
    names: dict[str, Any] = {}
    told = constants or {}
    for cell in cells:
        if cell.kind == "code":
            text = cell.text if cell.exercise else _imports(cell.text)
            exec(compile(text, f"<{cell.exercise or 'imports'}>", "exec"), names)
            for name, exercise, constant in _constants(cell.text):
                names[name] = told.get(constant, registry.find(exercise).constants[constant])
    return names


def rerun(names: dict[str, Any], cell: SourceCell, text: str) -> Any:
    """The answer that another text of one exercise cell gives, all else unchanged."""
    changed = dict(names)
    with warnings.catch_warnings(action="ignore"):
        exec(compile(text, f"<{cell.exercise}>", "exec"), changed)
    return changed[cell.exercise]


def _imports(text: str) -> str:
    body = _body(text)
    return "\n".join(ast.unparse(n) for n in body if isinstance(n, ast.Import | ast.ImportFrom))


def _constants(text: str) -> Iterator[tuple[str, str, str]]:
    """Each `name = constant(exercise, constant)` of a cell, as these three names."""
    for node in _body(text):
        match node:
            case ast.Assign(
                [ast.Name(name)],
                ast.Call(
                    ast.Name("constant"), [ast.Constant(str(exercise)), ast.Constant(str(constant))]
                ),
            ):
                yield name, exercise, constant


def _body(text: str) -> list[ast.stmt]:
    lines = [line for line in text.splitlines() if not line.startswith(("%", "!"))]
    return ast.parse("\n".join(lines)).body
