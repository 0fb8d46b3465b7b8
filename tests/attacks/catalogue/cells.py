"""Duplicate, deleted, flipped and foreign cells; missing metadata, used to gain."""

import copy

from nbformat.v4 import new_output

from tests.attacks.catalogue.model import (
    AFFECTS,
    GAINS,
    Attack,
    answers,
    both,
    category,
    find,
    graded_cells,
)

FULL = "float('nan')"


def duplicate_check(notebook, place):
    cell = copy.deepcopy(find(notebook, "check-sigmoid"))
    cell.source, cell.id = FULL, "another"
    notebook.cells.append(cell)


def duplicate_answer(notebook, place):
    cell = copy.deepcopy(find(notebook, "sigmoid"))
    cell.id = "another"
    notebook.cells.insert(0, cell)


def flipped(notebook, place):
    """Tests become answers, which nbgrader neither overwrites nor locks."""
    for cell in graded_cells(notebook):
        cell.metadata.nbgrader.update(solution=True, locked=False)
        cell.source = FULL


def foreign(notebook, place):
    cell = copy.deepcopy(find(notebook, "check-sigmoid"))
    cell.metadata.nbgrader.update(grade_id="check-bonus", points=100)
    cell.source, cell.id = FULL, "bonus"
    notebook.cells.append(cell)


def future(notebook, place):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["schema_version"] = 99


def own_outputs(notebook, place):
    """The checks' outputs are filled in, and their cells are tagged so that they do not run."""
    for cell in graded_cells(notebook):
        points = cell.metadata.nbgrader["points"]
        data = {"text/plain": str(points)}
        cell.outputs = [new_output("execute_result", data, execution_count=1)]
        cell.metadata["tags"] = ["skip-execution"]
        cell.metadata["editable"] = True


def swapped_ids(notebook, place):
    """Only a cheap answer is right, and it carries the name of a dear exercise."""
    for cell in notebook.cells:
        if cell.get("id") == "max_slope":
            cell.source = "max_slope = sigmoid = sigmoid_grad = gradient_check = 0.25"
            cell.metadata.nbgrader["grade_id"] = "sigmoid"
        elif cell.get("id") == "sigmoid":
            cell.metadata.nbgrader["grade_id"] = "max_slope"


ATTACKS = category(
    "cells",
    Attack(
        "duplicate-check",
        "adds a second cell of a check's name",
        duplicate_check,
        wants=(GAINS, AFFECTS),
    ),
    Attack(
        "duplicate-answer",
        "adds a second cell of an answer's name",
        duplicate_answer,
        wants=(AFFECTS,),
    ),
    Attack("flipped", "turns checks into answers", flipped, wants=(GAINS, AFFECTS)),
    Attack(
        "foreign-cell",
        "adds a graded cell that the lesson does not have",
        foreign,
        wants=(GAINS, AFFECTS),
    ),
    Attack("future-schema", "claims a schema of the future", future, wants=(AFFECTS,)),
    Attack("own-outputs", "fills in the checks' outputs", own_outputs, wants=(GAINS,)),
    Attack(
        "swapped-names",
        "gives an easy answer the name of a hard exercise",
        both(swapped_ids, answers(tanh_grad="check = lambda *a, **k: None")),
        wants=(GAINS, AFFECTS),
        deserved=1.0,
    ),
)
