"""Checking a notebook file: all its cells run in a kernel of their own; the file stays as it is."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.self_study.verdicts import CALL, Verdict, error_of, none, of_cell

LONGEST_CELL = 600  # seconds
SETUP = "__import__('vegrad_course.self_study.verdicts', fromlist=['']).show_as_data()"


def lesson_of(path: Path, notebook: NotebookNode) -> str:
    """The number of the lesson that a notebook's checks belong to."""
    called = [name for cell in notebook.cells for name in CALL.findall(cell.source)]
    known = Counter(registry.find(name).lesson for name in called if name in registry.names())
    if not known:
        raise Refusal(
            f"{path} checks no exercise of this course: no cell calls check(...). "
            "Name the notebook of a lesson, or the lesson: `vegrad check 05`."
        )
    return known.most_common(1)[0][0]


def check(
    notebook: NotebookNode, folder: Path, number: str, tell: Callable[[Verdict], None]
) -> list[Verdict]:
    """Run a notebook; `tell` each verdict when it is there. Returns the lesson's verdicts."""
    found: dict[str, Verdict] = {}
    raised: dict[str, str] = {}

    def after(cell: NotebookNode, **_: Any) -> None:
        if error := error_of(cell):
            raised[cell.metadata.get("nbgrader", {}).get("grade_id", "")] = error
        verdict = of_cell(cell, raised)
        if verdict and _not_worse(verdict, found.get(verdict.exercise)):
            found[verdict.exercise] = verdict
            tell(verdict)

    died = _run(notebook, folder, after)
    why = died or "No cell of this notebook checks it."
    for exercise in registry.of_lesson(number):
        if exercise.name not in found:
            found[exercise.name] = none(exercise.name, why)
            tell(found[exercise.name])
    return list(found.values())


def _not_worse(verdict: Verdict, before: Verdict | None) -> bool:
    """An exercise may be checked twice. It counts once, and one pass is a pass."""
    return not before or (verdict.passed, verdict.score) >= (before.passed, before.score)


def _run(notebook: NotebookNode, folder: Path, after: Callable[..., None]) -> str:
    """Run the cells, past errors. Says so where the kernel died."""
    notebook.cells = [new_code_cell(SETUP), *_worth_running(notebook)]
    client = NotebookClient(
        notebook,
        timeout=LONGEST_CELL,
        interrupt_on_timeout=True,
        kernel_name="python3",
        allow_errors=True,
        extra_arguments=["--Application.log_level=40"],  # errors only: stderr is for our own line
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=after,
    )
    try:
        client.execute()
    except DeadKernelError:
        return "Python itself stopped before this check. Is there enough memory?"
    return ""


def _worth_running(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """All code but calls of hint, which would open hints that nobody asked for."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.source.lstrip().startswith("hint("):
            yield cell
