"""From the bytes of a submission to its cells, as they were found."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

import nbformat

from vegrad_course.grading.record import Problem, Submission
from vegrad_course.grading.recovery import Found

MOST_CELLS = 2_000
MOST_TEXT = 2_000_000  # characters in all cells together
KINDS = {"code": "code", "markdown": "markdown", "heading": "markdown"}
PICTURES = ("image/png", "image/jpeg", "image/gif")


class Unreadable(Exception):
    """The bytes are no notebook: kind and sentence."""

    def __init__(self, kind: str, text: str):
        self.problem = Problem(kind, text)


def read(submission: Submission, notes: list[Problem]) -> list[Found]:
    """The cells of a submission; what was odd joins `notes`. Raises only `Unreadable`."""
    if submission.problem:
        raise Unreadable("unreadable-file", submission.problem)
    if not submission.data.strip():
        raise Unreadable("empty", "The notebook file is empty. Save the notebook and hand it in.")
    entries = _entries(_document(_text(submission.data, notes)), notes)
    few = entries[: MOST_CELLS + 1]
    found = [_found(entry) for entry in few if isinstance(entry, dict)]
    if lost := len(few) - len(found):
        notes.append(Problem("broken-cell", f"{lost} entries of the notebook are no cells."))
    if len(few) > MOST_CELLS or sum(len(cell.source) for cell in found) > MOST_TEXT:
        limit = f"{MOST_CELLS:,} cells and {MOST_TEXT:,} characters of text"
        raise Unreadable("too-long", f"The notebook is longer than {limit}. Remove pasted data.")
    return found


def _text(data: bytes, notes: list[Problem]) -> str:
    encoding = json.detect_encoding(data)
    text = data.decode(encoding, "replace")
    damaged = "\ufffd" in text and "\ufffd".encode() not in data
    if damaged or not encoding.startswith("utf-8"):
        why = "some letters were lost" if damaged else f"it was read as {encoding}"
        notes.append(Problem("encoding", f"The notebook is not saved as UTF-8; {why}."))
    return text


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_int=_number, strict=False)
    except RecursionError:
        raise Unreadable("too-deep", "The file is nested too deeply for a notebook.") from None
    except (ValueError, MemoryError):
        why = "The file is not JSON, so it is no notebook. Save it again in Jupyter."
        raise Unreadable("not-json", why) from None
    if not isinstance(document, dict):
        raise Unreadable("not-a-notebook", "The file is JSON, but no notebook.")
    return document


def _number(digits: str) -> int:
    return int(digits) if len(digits) < 20 else -1


def _entries(document: dict[str, Any], notes: list[Problem]) -> list[Any]:
    if "worksheets" in document and "cells" not in document:
        document = _converted(document)
        notes.append(Problem("old-format", "The notebook was in an old format; it was converted."))
    elif document.get("nbformat", 4) != 4:
        notes.append(Problem("new-format", "The notebook says that its format is not version 4."))
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("not-a-notebook", "The file is JSON, but it has no list of cells.")
    return cells


def _converted(document: dict[str, Any]) -> Any:
    """A notebook of format 3 in format 4. Outputs go first: they are the likeliest to be broken."""
    try:
        for sheet in document["worksheets"]:
            for cell in sheet["cells"]:
                cell["outputs"] = []
        old = nbformat.from_dict({**document, "nbformat": 3, "nbformat_minor": 0})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.convert(old, 4)
    except Exception:  # nbformat raises many kinds
        why = "The notebook is in an old format, and broken. Save it again in Jupyter."
        raise Unreadable("old-format", why) from None


def _found(entry: dict[str, Any]) -> Found:
    kind: Any = KINDS.get(str(entry.get("cell_type")), "raw")
    metadata = entry.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    pictures = dict(_pictures(entry.get("attachments"))) if kind == "markdown" else {}
    return Found(
        kind, _source(entry.get("source")), _plain(entry.get("id")), _plain(name), pictures
    )


def _source(value: Any) -> str:
    """The text of a cell, from one string or a list of strings, with plain line ends."""
    parts = value if isinstance(value, list) else [value]
    text = "".join(part for part in parts if isinstance(part, str))
    return _plain(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))


def _plain(value: Any) -> str:
    """A string that can be written as UTF-8; nothing for what is no string."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _pictures(attachments: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        items = bundle.items() if isinstance(bundle, dict) else ()
        kept = {k: _plain(v) for k, v in items if k in PICTURES and isinstance(v, str)}
        if kept:
            yield _plain(name), kept
