"""Running a notebook as nbgrader does, and reading off its scores and errors."""

import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from vegrad_course.authoring.course import read_notebook


@dataclass(frozen=True)
class Run:
    """What a notebook scored, check by check, and the errors that its cells ended in.

    Answers in words have no score: a person marks them.
    """

    scores: dict[str, float]
    errors: tuple[str, ...]


def run_notebook(path: Path) -> Run:
    """Run every cell of a notebook, past errors, without touching anyone's progress."""
    notebook = read_notebook(path)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute(env={**os.environ, "VEGRAD_PROGRESS": "off"})
    return Run(_scores(notebook), tuple(_errors(notebook)))


def _scores(notebook: nbformat.NotebookNode) -> dict[str, float]:
    from nbgrader.utils import determine_grade, is_grade, is_solution

    graded = [cell for cell in notebook.cells if is_grade(cell) and not is_solution(cell)]
    return {
        cell.metadata.nbgrader.grade_id.removeprefix("check-"): determine_grade(cell)[0]
        for cell in graded
    }


def _errors(notebook: nbformat.NotebookNode) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.ename for output in outputs if output.output_type == "error"]
