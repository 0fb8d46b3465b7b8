"""Plain `nbgrader autograde` with the course's settings: forgeries gain nothing."""

import json
import shutil
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from tests.conftest import ROOT
from vegrad_course.authoring.course import Course
from vegrad_course.authoring.release import register
from vegrad_course.exercises import registry
from vegrad_course.lessons import find

LESSON = find("01")
ID = LESSON.id
FULL = float(sum(exercise.points for exercise in registry.of_lesson("01")))
FORGED_REPR = """
from vegrad_course.checking.report import Report
Report.__repr__ = lambda self: repr(float(self.marks.exercise.points))
"""
DEAF_KERNEL = """
async def nothing(*_, **__):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
get_ipython().kernel.do_execute = nothing
"""
STOLEN = f"""
import json
for cell in json.load(open("../../../solutions/{ID}/{ID}.ipynb"))["cells"]:
    if cell["metadata"].get("nbgrader", {{}}).get("solution") and cell["cell_type"] == "code":
        exec("".join(cell["source"]), get_ipython().user_ns)
"""
WRITTEN = """
import sqlite3
book = sqlite3.connect("../../../gradebook.db")
book.execute("update grade set manual_score = 1")
book.commit()
"""
CELLS = {"repr": FORGED_REPR, "deaf": DEAF_KERNEL, "stolen": STOLEN, "written": WRITTEN}


def skip_checks(notebook):
    for cell in notebook.cells:
        if is_check(cell):
            cell.metadata.tags = ["skip-execution"]
            cell.outputs = []


def is_check(cell):
    return str(cell.metadata.get("nbgrader", {}).get("grade_id")).startswith("check-")


def answers(notebook):
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]


def released():
    return nbformat.read(ROOT / "notebooks" / ID / f"{ID}.ipynb", as_version=4)


def forged(name):
    notebook = released()
    if name == "skip":
        skip_checks(notebook)
    else:  # "stolen" answers go after the last of the student's own
        place = notebook.cells.index(answers(notebook)[-1]) + 1 if name == "stolen" else 1
        notebook.cells.insert(place, new_code_cell(CELLS[name]))
    if name == "stolen":  # and the checks that stand before it are asked again
        notebook.cells = [c for c in notebook.cells if not is_check(c)] + [
            c for c in notebook.cells if is_check(c)
        ]
    return notebook


def solved():
    notebook, solution = released(), nbformat.read(ROOT / "solutions" / ID / f"{ID}.ipynb", 4)
    texts = {cell.metadata.nbgrader.grade_id: cell.source for cell in answers(solution)}
    for cell in answers(notebook):
        cell.source = texts[cell.metadata.nbgrader.grade_id]
    return notebook


def doubled():
    notebook = solved()
    again = answers(notebook)[0].copy()
    again.id = "another"
    notebook.cells.append(again)
    return notebook


def submit(root, student, text):
    folder = root / "submitted" / student / ID
    folder.mkdir(parents=True)
    (folder / f"{ID}.ipynb").write_text(text, encoding="utf-8")
    return folder


def course_in(root, config):
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    for folder in ("solutions", "notebooks"):
        (root / folder).mkdir()
        shutil.copytree(ROOT / folder / ID, root / folder / ID)
    register(Course(root), LESSON)
    return root


def autograde(root):
    told = subprocess.run(["nbgrader", "autograde", ID], cwd=root, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr[-3000:]


def scores(root):
    return {student: score for student, (score, _) in all_scores(root).items()}


def all_scores(root):
    """What each student has, and what of it nbgrader gave without a person."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db", "vegrad") as book:
        return {
            s.student.id: (s.score, sum(g.auto_score or 0 for n in s.notebooks for g in n.grades))
            for s in book.assignment_submissions(ID)
        }


@pytest.mark.slow
def test_forgeries_that_work_on_stock_gain_nothing(tmp_path):
    names = ["deaf", "repr", "skip", "stolen", "written"]
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    stock = "".join(line + "\n" for line in settings.splitlines() if "CourseDirectory" in line)
    won = {}
    for kind, config in (("stock", f"c = get_config()\n{stock}"), ("ours", settings)):
        (tmp_path / kind).mkdir()
        root = course_in(tmp_path / kind, config)
        submit(root, "a-victim", nbformat.writes(released()))
        for name in names:
            submit(root, name, nbformat.writes(forged(name)))
        autograde(root)
        won[kind] = all_scores(root)
    for name in ("deaf", "repr", "skip", "stolen"):
        assert won["stock"][name][1] == FULL, name
    given, deserved = won["stock"]["a-victim"]
    assert given > deserved == 0  # "written" changed the marks of all
    assert won["ours"] == dict.fromkeys(["a-victim", *names], (0.0, 0.0))


@pytest.mark.slow
def test_a_bad_notebook_costs_only_its_owner(tmp_path):
    root = course_in(tmp_path, (ROOT / "nbgrader_config.py").read_text(encoding="utf-8"))
    submit(root, "doubled", nbformat.writes(doubled()))
    submit(root, "no-json", "{")
    submit(root, "of-the-future", json.dumps({"nbformat": 9, "cells": 3}))
    right = nbformat.writes(solved())
    (submit(root, "undated", right) / "timestamp.txt").write_text("yesterday", encoding="utf-8")
    (submit(root, "with-a-link", right) / "data.csv").symlink_to("/dev/zero")
    autograde(root)
    fine = {"doubled", "undated", "with-a-link"}
    assert scores(root) == {
        student: FULL if student in fine else 0.0 for student in [*fine, "no-json", "of-the-future"]
    }
    filed = sorted(p.name for p in (root / "autograded" / "with-a-link" / ID).iterdir())
    assert filed == [f"{ID}.ipynb"]
