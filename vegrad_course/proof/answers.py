"""The reference answers of a lesson, taken from its source and run in this process."""

import ast
import warnings
from typing import Any

from vegrad_course.authoring.source import SourceCell


def namespace(cells: tuple[SourceCell, ...]) -> dict[str, Any]:
    """All names after the imports and the answers of a lesson have run, in order.

    So an answer may use imports and earlier answers, and nothing else.
    """
    names: dict[str, Any] = {}
    for cell in cells:
        if cell.kind == "code":
            text = cell.text if cell.exercise else _imports(cell.text)
            exec(compile(text, f"<{cell.exercise or 'imports'}>", "exec"), names)
    return names


def rerun(names: dict[str, Any], cell: SourceCell, text: str) -> Any:
    """The answer that another text of one exercise cell gives, all else unchanged."""
    changed = dict(names)
    with warnings.catch_warnings(action="ignore"):
        exec(compile(text, f"<{cell.exercise}>", "exec"), changed)
    return changed[cell.exercise]


def _imports(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith(("%", "!"))]
    body = ast.parse("\n".join(lines)).body
    return "\n".join(ast.unparse(n) for n in body if isinstance(n, ast.Import | ast.ImportFrom))
