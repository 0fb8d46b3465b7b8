"""Feedback pages without a student's script: a preprocessor for nbgrader's generate_feedback.

Put it last in `GenerateFeedback.preprocessors`, after `GetGrades`, which fetches the comments:
nbgrader's template writes outputs, Markdown, comments and some metadata into the page as they are.
"""

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from vegrad_course.grading.clean_html import clean
from vegrad_course.grading.outputs import LONGEST, count_of, from_markdown, harmless, one_line

GRADED = ("grade", "solution", "task")


class SafeFeedback(NbGraderPreprocessor):
    """Leaves in a notebook only what its HTML page can show without acting."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        language = nb.metadata.get("language_info", {}).get("name") == "python"
        nb.metadata = NotebookNode({"language_info": {"name": "python"}} if language else {})
        for number, cell in enumerate(nb.cells):
            make_safe(cell, number)
        return nb, resources


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
