"""Feedback pages without a student's script, in which everything is said once and by its name.

`SafeFeedback` comes last in `GenerateFeedback.preprocessors`, after `GetGrades`, which fetches the
comments: nbgrader's template writes outputs, Markdown, comments and some metadata as they are.
`NamedFeedback` is `GenerateFeedback.exporter_class`.
"""

import re
from html import unescape
from typing import Any

import nh3
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from vegrad_course.authoring.install import CELL_ID
from vegrad_course.grading.clean_html import clean
from vegrad_course.grading.outputs import LONGEST, count_of, from_markdown, harmless, one_line
from vegrad_course.grading.rows import CHECK, NO_RESPONSE

GRADED = ("grade", "solution", "task")
IN_CONTENTS = re.compile(r'(<a href="#check-(\w+)">)Test cell</a>')


class NamedFeedback(HTMLExporter):
    """nbgrader's page, with the exercises by their names in its contents."""

    def from_notebook_node(self, nb: NotebookNode, *args: Any, **kwargs: Any) -> Any:
        page, resources = super().from_notebook_node(nb, *args, **kwargs)
        return IN_CONTENTS.sub(r"\1\2</a>", page), resources


class SafeFeedback(NbGraderPreprocessor):
    """Leaves in a notebook only what its HTML page can show without acting."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        language = nb.metadata.get("language_info", {}).get("name") == "python"
        nb.metadata = NotebookNode({"language_info": {"name": "python"}} if language else {})
        nb.cells = [cell for cell in nb.cells if cell.get("id") != CELL_ID]
        for number, cell in enumerate(nb.cells):
            make_safe(cell, number)
        for cell, check in zip(nb.cells, nb.cells[1:], strict=False):
            say_once(cell, check)
        return nb, resources


def say_once(cell: NotebookNode, check: NotebookNode) -> None:
    """The judge's comment on an answer goes where the card of the check below says the same."""
    mine, below = (each.metadata.get("nbgrader", {}) for each in (cell, check))
    if not mine.get("comment") or not str(below.get("grade_id")).startswith(CHECK):
        return
    cards = [_words(output.get("data", {}).get("text/html", "")) for output in check.outputs]
    comment = _words(mine.comment)
    if any(comment in card or comment == _words(NO_RESPONSE) for card in cards if card):
        mine.comment = None


def _words(html: str) -> str:
    return " ".join(re.findall(r"\w+", unescape(nh3.clean(html, tags=set()))))


def make_safe(cell: NotebookNode, number: int = 0) -> None:
    """Change one cell in place. `number` becomes its id in the page."""
    if cell.cell_type == "markdown":
        cell.source = from_markdown(cell.source, cell.pop("attachments", {}))
    elif cell.cell_type == "raw":
        cell.source = one_line(clean(cell.source[:LONGEST]))
    else:
        cell.outputs = [harmless(output) for output in cell.get("outputs", [])]
        cell.execution_count = count_of(cell)
    cell.id = f"cell-{number}"
    cell.metadata = NotebookNode(_grading(cell.metadata.get("nbgrader")))


def _grading(mine: Any) -> dict[str, Any]:
    """nbgrader's own metadata, of the cells that it grades; students' tags and names go."""
    if not isinstance(mine, dict) or not any(mine.get(role) for role in GRADED):
        return {}
    kept: dict[str, Any] = {role: bool(mine.get(role)) for role in GRADED}
    kept |= {name: float(mine.get(name) or 0) for name in ("score", "points")}
    comment = mine.get("comment")
    kept["comment"] = from_markdown(str(comment)) if comment else None
    kept["grade_id"] = re.sub(r"[^\w.-]", "_", str(mine.get("grade_id")))
    return {"nbgrader": NotebookNode(kept)}
