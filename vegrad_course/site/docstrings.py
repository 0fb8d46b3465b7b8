"""Docstrings are written in Markdown. Sphinx's autodoc gets them as HTML."""

import re
from typing import Any

from markdown_it import MarkdownIt

FIELD = re.compile(r"^(?=\w+(, \w+)*: )", re.MULTILINE)  # `name: what it is`, a line of a list


def from_markdown(*event: Any) -> None:
    """Replace the lines of a docstring in place; autodoc calls this for each one."""
    lines: list[str] = event[-1]
    if not lines or lines[0].startswith("Alias for field number"):  # on a field of a named tuple
        return lines.clear()
    text = "\n".join(lines)
    if len(FIELD.findall(text)) > 1:
        text = FIELD.sub("- ", text)
    html = MarkdownIt("commonmark", {"html": False}).render(text)
    lines[:] = ["", ".. raw:: html", "", *(f"   {line}" for line in html.splitlines()), ""]
