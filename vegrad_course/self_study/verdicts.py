"""The verdicts of a notebook's checks, carried from its kernel as data beside the card."""

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from vegrad_course.checking.report import Report
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import in_points

MIME = "application/json"
CALL = re.compile(r"^check\((\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """What the check of one exercise said. `text` is all of it, as a terminal shows it."""

    exercise: str
    passed: bool
    score: float
    points: float
    text: str


def show_as_data() -> None:
    """In the kernel: a report shows as data too."""
    from IPython import get_ipython

    get_ipython().display_formatter.formatters[MIME].for_type(Report, _as_data)


def _as_data(report: Report) -> dict[str, Any]:
    exercise = report.marks.exercise
    found = Verdict(exercise.name, report.passed, report.score, exercise.points, str(report))
    return {"vegrad_verdict": vars(found)}


def of_cell(cell: NotebookNode, raised: dict[str, str]) -> Verdict | None:
    """The verdict that a cell shows, or why its check gave none.

    `raised` holds what the cells of answers raised, by the name of the exercise.
    """
    for output in cell.outputs:
        data = output.get("data", {}).get(MIME)
        if isinstance(data, dict) and "vegrad_verdict" in data:
            return Verdict(**data["vegrad_verdict"])
    called = CALL.search(cell.source)
    if called and called[1] in registry.names():
        why = raised.get(called[1]) or error_of(cell) or "its check showed nothing"
        return none(called[1], why)
    return None


def none(name: str, why: str) -> Verdict:
    """For an exercise whose check did not come to a verdict."""
    points = registry.find(name).points
    text = f"{name}: not checked, {in_points(0, points)}\n  {why}"
    return Verdict(name, False, 0.0, points, text)


def error_of(cell: NotebookNode) -> str:
    """What a cell raised, in one line; nothing for an answer that is still to be written."""
    for output in cell.get("outputs", []):
        if output.output_type == "error" and output.ename != "NotImplementedError":
            said = " ".join(output.evalue.split())[:300]
            kind = "" if output.ename == Refusal.__name__ else f"The cell raised {output.ename}: "
            return f"{kind}{said}"
    return ""
