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
    code,
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


def thousand_times(notebook, place):
    for number in range(300):
        cell = copy.deepcopy(find(notebook, "check-sigmoid"))
        cell.source, cell.id = FULL, f"another{number}"
        notebook.cells.append(cell)


def deleted_checks(notebook, place):
    notebook.cells = [cell for cell in notebook.cells if cell not in graded_cells(notebook)]


def deleted_everything(notebook, place):
    notebook.cells = []


def flipped(notebook, place):
    """Tests become answers, which nbgrader neither overwrites nor locks."""
    for cell in graded_cells(notebook):
        cell.metadata.nbgrader.update(solution=True, locked=False)
        cell.source = FULL


def manual(notebook, place):
    for cell in graded_cells(notebook):
        cell.metadata.nbgrader.update(grade=False, solution=False, locked=False, task=True)
        cell.source = FULL


def worth_more(notebook, place):
    for cell in graded_cells(notebook):
        cell.metadata.nbgrader["points"] = 1000
    find(notebook, "max_slope").source = "max_slope = 0.5"


def negative_points(notebook, place):
    for cell in graded_cells(notebook):
        cell.metadata.nbgrader["points"] = -1e308


def foreign(notebook, place):
    cell = copy.deepcopy(find(notebook, "check-sigmoid"))
    cell.metadata.nbgrader.update(grade_id="check-bonus", points=100)
    cell.source, cell.id = FULL, "bonus"
    notebook.cells.append(cell)


def path_for_id(notebook, place):
    cell = copy.deepcopy(find(notebook, "check-sigmoid"))
    cell.metadata.nbgrader.update(grade_id="../../../solutions/x", points=100)
    cell.source, cell.id = FULL, "path"
    notebook.cells.append(cell)


def stripped(notebook, place):
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)


def stripped_checks(notebook, place):
    for cell in graded_cells(notebook):
        cell.metadata.pop("nbgrader")
        cell.source = FULL


def future(notebook, place):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["schema_version"] = 99


def malformed(notebook, place):
    for cell in graded_cells(notebook):
        cell.metadata["nbgrader"] = ["no", "map"]


def turned_to_text(notebook, place):
    for cell in graded_cells(notebook):
        cell.cell_type = "markdown"
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def own_outputs(notebook, place):
    """The checks' outputs are filled in, and their cells are tagged so that they do not run."""
    for cell in graded_cells(notebook):
        points = cell.metadata.nbgrader["points"]
        data = {"text/plain": str(points)}
        cell.outputs = [new_output("execute_result", data, execution_count=1)]
        cell.metadata["tags"] = ["skip-execution"]
        cell.metadata["editable"] = True


def other_kernel(notebook, place):
    notebook.metadata["kernelspec"] = {
        "name": "../../evil",
        "display_name": "x",
        "language": "bash",
    }
    for cell in graded_cells(notebook):
        cell.metadata["tags"] = ["skip-execution", "remove-cell"]


def after_the_check(notebook, place):
    """A cell with the check's cell id and the answer's name, at another place."""
    notebook.cells.reverse()
    find(
        notebook, "sigmoid"
    ).source = "check = lambda *a, **k: None\ndef sigmoid(z):\n    return z * 0"


def swapped_ids(notebook, place):
    """Only a cheap answer is right, and it carries the name of a dear exercise."""
    for cell in notebook.cells:
        if cell.get("id") == "max_slope":
            cell.source = "max_slope = sigmoid = sigmoid_grad = gradient_check = 0.25"
            cell.metadata.nbgrader["grade_id"] = "sigmoid"
        elif cell.get("id") == "sigmoid":
            cell.metadata.nbgrader["grade_id"] = "max_slope"


HALF = code("max_slope = 0.25", "max_slope")

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
    Attack("many-duplicates", "adds 300 of them", thousand_times, wants=(GAINS, AFFECTS)),
    Attack("deleted-checks", "deletes every check", deleted_checks, wants=(AFFECTS, GAINS)),
    Attack("deleted-cells", "deletes every cell", deleted_everything, wants=(AFFECTS, GAINS)),
    Attack("flipped", "turns checks into answers", flipped, wants=(GAINS, AFFECTS)),
    Attack("manual", "turns checks into tasks for a person", manual, wants=(GAINS, AFFECTS)),
    Attack(
        "worth-more",
        "writes 1,000 points into every check",
        both(worth_more, code("check = print")),
        wants=(GAINS,),
    ),
    Attack(
        "negative-points",
        "writes absurd points into every check",
        both(negative_points, code("check = print")),
        wants=(GAINS, AFFECTS),
    ),
    Attack(
        "foreign-cell",
        "adds a graded cell that the lesson does not have",
        foreign,
        wants=(GAINS, AFFECTS),
    ),
    Attack("path-for-id", "names a cell as a path", path_for_id, wants=(GAINS, AFFECTS)),
    Attack(
        "stripped",
        "strips all metadata",
        both(HALF, stripped),
        deserved=1.0,
        wants=(GAINS, AFFECTS),
    ),
    Attack(
        "stripped-checks",
        "strips the checks' metadata and rewrites them",
        stripped_checks,
        wants=(GAINS, AFFECTS),
    ),
    Attack("future-schema", "claims a schema of the future", future, wants=(AFFECTS,)),
    Attack(
        "malformed-metadata",
        "puts a list where nbgrader's map should be",
        malformed,
        wants=(AFFECTS,),
    ),
    Attack("checks-to-text", "turns checks into text", turned_to_text, wants=(GAINS, AFFECTS)),
    Attack("own-outputs", "fills in the checks' outputs", own_outputs, wants=(GAINS,)),
    Attack(
        "other-kernel", "names a kernel that does not exist", other_kernel, wants=(GAINS, AFFECTS)
    ),
    Attack("reversed", "turns the order of all cells round", after_the_check, wants=(GAINS,)),
    Attack(
        "swapped-names",
        "gives an easy answer the name of a hard exercise",
        both(swapped_ids, answers(tanh_grad="check = lambda *a, **k: None")),
        wants=(GAINS, AFFECTS),
        deserved=1.0,
    ),
)
