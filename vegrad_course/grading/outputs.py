"""Outputs and Markdown of a student's notebook, in a form that a page can show without acting."""

import re
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from vegrad_course.grading.clean_html import as_source, clean

LONGEST = 200_000  # characters of HTML or Markdown; a longer one is shown as text, cut
BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")  # all that splits lines
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
TEXTS = ("text/plain", "text/latex")  # the template escapes these
PICTURES = ("image/png", "image/jpeg")
NOT_SHOWN = "This output is not shown here: it is neither text, a table nor a picture."


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


def harmless(output: NotebookNode) -> NotebookNode:
    """The same output in representations that cannot act on a page."""
    if "data" not in output:
        return output  # streams and errors: the template escapes them
    kept = {kind: safe for kind in output.data if (safe := _datum(kind, output.data[kind]))}
    data = NotebookNode(kept or {"text/plain": NOT_SHOWN})
    cleaned = NotebookNode(output_type=output.output_type, data=data, metadata=_metadata(output))
    if output.output_type == "execute_result":
        cleaned.execution_count = count_of(output)
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


def count_of(holder: NotebookNode) -> int | None:
    count = holder.get("execution_count")
    return count if isinstance(count, int) else None
