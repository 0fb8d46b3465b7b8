"""Feedback pages without a student's script: a preprocessor for nbgrader's generate_feedback.

Put it last in `GenerateFeedback.preprocessors`, after `GetGrades`, which fetches the comments:
nbgrader's template writes outputs, Markdown, comments and some metadata into the page as they are.
"""

import re
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from vegrad_course.grading.clean_html import as_source, clean

LONGEST = 200_000  # characters of HTML or Markdown; a longer one is shown as text, cut
BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")  # all that splits lines
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
TEXTS = ("text/plain", "text/latex")  # the template escapes these
PICTURES = ("image/png", "image/jpeg")
GRADED = ("grade", "solution", "task")
NOT_SHOWN = "This output is not shown here: it is neither text, a table nor a picture."


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
        cell.execution_count = _count(cell)
    cell.id = f"cell-{number}"
    cell.metadata = NotebookNode(_grading(cell.metadata.get("nbgrader")))


def from_markdown(text: str, attachments: Any = None) -> str:
    """Clean HTML on one line: nbgrader's template renders it again, and finds nothing to render."""
    if len(text) > LONGEST:
        return one_line(as_source(text[:LONGEST]))
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer=renderer).render(text)
    except Exception:  # a missing attachment, or nesting too deep for the parser
        html = as_source(text)
    return one_line(clean(html))


def one_line(html: str) -> str:
    """A block that Markdown passes through: it starts with a <div> and holds no line break."""
    return f"<div>{BREAK.sub('&#10;', html)}</div>"


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


def harmless(output: NotebookNode) -> NotebookNode:
    """The same output in representations that cannot act on a page."""
    if "data" not in output:
        return output  # streams and errors: the template escapes them
    kept = {kind: safe for kind in output.data if (safe := _datum(kind, output.data[kind]))}
    data = NotebookNode(kept or {"text/plain": NOT_SHOWN})
    cleaned = NotebookNode(output_type=output.output_type, data=data, metadata=_metadata(output))
    if output.output_type == "execute_result":
        cleaned.execution_count = _count(output)
    return cleaned


def _datum(kind: str, datum: Any) -> str:
    """One representation made safe, or nothing where it cannot be."""
    if not isinstance(datum, str):
        return ""
    if kind in TEXTS:
        return datum
    if kind == "text/html":
        return clean(datum) if len(datum) <= LONGEST else as_source(datum[:LONGEST])
    if kind == "text/markdown":
        return from_markdown(datum)
    if kind == "image/svg+xml":  # the template makes it an <img>, where no script runs
        return datum
    return datum if kind in PICTURES and BASE64.fullmatch(datum) else ""


def _metadata(output: NotebookNode) -> NotebookNode:
    """The size of a picture, as numbers: the template writes it into the tag without quotes."""
    return NotebookNode({kind: _size(output.metadata.get(kind)) for kind in PICTURES})


def _size(given: Any) -> NotebookNode:
    pairs = given.items() if isinstance(given, dict) else ()
    kept = {k: v for k, v in pairs if k in ("width", "height") and isinstance(v, (int, float))}
    return NotebookNode(kept)


def _count(holder: NotebookNode) -> int | None:
    count = holder.get("execution_count")
    return count if isinstance(count, int) else None
