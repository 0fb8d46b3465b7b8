"""A course of one's own, that a test may change."""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.conftest import ROOT


@pytest.fixture
def own(tmp_path):
    """A copy of the course's first two lessons, in a folder of its own."""
    course = tmp_path / "course"
    for kind in ("solutions", "notebooks"):
        for lesson in ("00_welcome", "01_sigmoid_derivative"):
            shutil.copytree(ROOT / kind / lesson, course / kind / lesson)
            shutil.copy(ROOT / "solutions" / f"{lesson}.py", course / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    return course


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of code cells: `notebook("check(max_slope=0.25)")`. A pair has an id."""

    def write(*cells, name="mine.ipynb", **metadata):
        made = [cell if isinstance(cell, tuple) else ("", cell) for cell in cells]
        book = new_notebook(metadata=metadata)
        for grade_id, text in made:
            about = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
            book.cells.append(new_code_cell(text, metadata=about))
        path = tmp_path / name
        nbformat.write(book, path)
        return path

    return write
