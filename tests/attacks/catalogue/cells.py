"""Duplicate, deleted, flipped and foreign cells; missing metadata, used to gain."""

import copy

from nbformat.v4 import new_output

from tests.attacks.catalogue.model import (
    AFFECTS,
    GAINS,
    Attack,
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


def without(key: str):
    """The grading metadata lacks a field, as after a front end that keeps only what it knows."""

    def change(notebook, place):
        for cell in notebook.cells:
            cell.metadata.get("nbgrader", {}).pop(key, None)

    return change


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
        "without-schema",
        "loses the version of the grading metadata",
        without("schema_version"),
        wants=(GAINS, AFFECTS),
    ),
    Attack(
        "without-names",
        "loses the names of answers and checks",
        without("grade_id"),
        wants=(GAINS, AFFECTS),
    ),
    Attack(
        "without-roles",
        "loses what says which cells are checks",
        without("grade"),
        wants=(GAINS, AFFECTS),
    ),
)
