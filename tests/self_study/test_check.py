"""vegrad check: what a notebook's checks say, without opening it."""

import json

import nbformat
import pytest

from vegrad_course.checking import store

SETUP = "import numpy as np\nfrom vegrad_course import check, hint, progress, reference"
RIGHT = "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))"
WRONG = "def sigmoid_grad(z):\n    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))"
BORROWED = "def tanh_grad(z):\n    return reference.tanh_grad(z)"
BROKEN = ("gradient_check", "def gradient_check(f, x:\n    return 0")


def test_each_verdict_is_the_one_of_the_notebook(vegrad, notebook):
    path = notebook(
        SETUP, RIGHT, "check(sigmoid)", WRONG, "check(sigmoid_grad)", BORROWED, "check(tanh_grad)",
        BROKEN, "check(gradient_check)", 'hint("sigmoid")', "check(max_slope=0.25)\n",
    )  # fmt: skip
    before = path.read_bytes()
    code, out, err = vegrad("check", path)
    assert code == 1 and err == "Running mine.ipynb ...\n"
    assert "✓ sigmoid: all right, 3 of 3 points" in out
    assert "✗ sigmoid_grad: 0 of 4 cases right" in out
    assert "0.024288" in out and "You returned sigma, the height of the curve" in out
    assert "`reference.tanh_grad` is the course's own code" in out
    assert "✗ gradient_check: not checked" in out and "raised SyntaxError" in out
    assert "✗ saturated_fraction: not checked" in out and "No cell of this notebook" in out
    assert "mine.ipynb: 2 of 8 exercises right, 4 of " in out
    assert path.read_bytes() == before
    kept = store.load()
    assert kept["sigmoid"]["passed"] and not kept["sigmoid_grad"]["passed"]
    assert "hints" not in kept["sigmoid"], "no hint opens unasked"


def test_as_data(vegrad, notebook):
    code, out, err = vegrad("check", "--json", notebook(SETUP, "check(max_slope=0.25)"))
    found = json.loads(out)
    assert err == ""
    rows = {row["exercise"]: row for row in found["exercises"]}
    assert code == 1 and found["lesson"] == "01_sigmoid_derivative" and found["score"] == 1
    assert rows["max_slope"]["passed"] and "all right" in rows["max_slope"]["text"]
    assert not rows["sigmoid"]["passed"] and len(rows) == 8


def test_a_lesson_by_its_number(vegrad, own):
    code, out, _ = vegrad("check", "00", cwd=own)
    first, last = out.splitlines()
    assert code == 1 and first == "✗ double: not written yet"
    assert "0 of 1 exercises right" in last
    solved = own / "solutions" / "00_welcome" / "00_welcome.ipynb"
    (own / "notebooks" / "00_welcome" / "00_welcome.ipynb").write_bytes(solved.read_bytes())
    code, out, _ = vegrad("check", "00", cwd=own)
    assert code == 0 and "✓ double: all right" in out and "1 of 1 exercises right" in out


def test_an_exercise_that_is_checked_twice_counts_once(vegrad, notebook):
    right, wrong, mistake = "check(max_slope=0.25)", "check(max_slope=1)", "check(max_slope)"
    code, out, _ = vegrad("check", notebook(SETUP, wrong, right, right, mistake))
    assert code == 1 and "1 of 8 exercises right, 1 of " in out


def test_a_kernel_that_dies_is_said(vegrad, notebook):
    path = notebook(SETUP, "check(max_slope=0.25)", "import os\nos._exit(1)", "check(sigmoid=1)")
    code, out, _ = vegrad("check", path)
    assert code == 1 and "✓ max_slope" in out
    assert "✗ sigmoid: not checked" in out and "Python itself stopped" in out


def test_an_old_format_is_converted(vegrad, tmp_path):
    cells = [
        {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [],
         "collapsed": False, "input": text, "prompt_number": 1}
        for text in (SETUP, "check(max_slope=0.25)")
    ]  # fmt: skip
    old = {"metadata": {"name": "old"}, "nbformat": 3, "nbformat_minor": 0,
           "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    code, out, err = vegrad("check", tmp_path / "old.ipynb")
    assert code == 1 and "✓ max_slope" in out
    assert err.count("\n") == 2 and "old format 3" in err
    assert json.loads((tmp_path / "old.ipynb").read_text()) == old


REFUSED = {
    "cut off": ('{"cells": [', "it is not JSON"),
    "empty": ("", "it is not JSON"),
    "no notebook": ("[]", "not a notebook that can be read"),
    "an old one without cells": ('{"nbformat": 3}', "can be read"),
    "odd cells": ('{"nbformat": 4, "nbformat_minor": 5, "cells": [1]}', "can be read"),
    "a cell of no text": (
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
        '[{"cell_type": "code", "source": 5, "metadata": {}}]}',
        "can be read",
    ),
    "of the future": ('{"nbformat": 9, "nbformat_minor": 0, "cells": []}', "can be read"),
}


@pytest.mark.parametrize("text, words", REFUSED.values(), ids=REFUSED)
def test_a_broken_file_is_refused_in_one_line(vegrad, tmp_path, text, words):
    (tmp_path / "b.ipynb").write_text(text)
    code, out, err = vegrad("check", tmp_path / "b.ipynb")
    assert code == 2 and out == "" and err.startswith("vegrad: ") and err.count("\n") == 1
    assert words in err


def test_other_bad_input(vegrad, own, notebook, tmp_path):
    r_book = notebook(
        "1", name="r.ipynb", kernelspec={"language": "R", "name": "ir", "display_name": "R"}
    )
    asked = {
        "44": "There is no lesson '44'",
        str(tmp_path / "none.ipynb"): "No such file",
        str(tmp_path / "some" / "text.md"): "ends with .ipynb",
        str(r_book): "'R'",
        str(notebook("print(1)", name="other.ipynb")): "checks no exercise",
    }
    (tmp_path / "folder.ipynb").mkdir()
    asked[str(tmp_path / "folder.ipynb")] = "cannot be read"
    for what, words in asked.items():
        code, out, err = vegrad("check", what, cwd=own)
        assert code == 2 and out == "" and err.count("\n") == 1 and words in err, (what, err)


def test_a_notebook_without_ids_is_read_quietly(vegrad, tmp_path):
    """JupyterLab before 3 and Colab write format 4 without the ids of cells."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("check(max_slope=1)")])
    del book.cells[0]["id"]
    (tmp_path / "m.ipynb").write_text(json.dumps(book))
    code, out, err = vegrad("check", tmp_path / "m.ipynb")
    assert code == 1 and "NameError" in out, "its import is missing"
    assert err == "Running m.ipynb ...\n"
