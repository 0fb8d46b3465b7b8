"""The messages of a comparison quote the student's own numbers."""

import numpy as np
import pytest

from vegrad_course.exercises.compare import compare, compare_all, quiet
from vegrad_course.exercises.model import Outputs

WANT = np.array([[1.0, 2.0], [3.0, 4.0]])


def outputs(result):
    return Outputs({"result": np.asarray(result)})


@pytest.mark.parametrize(
    ("got", "kind", "words"),
    [
        (WANT, "passed", ""),
        (WANT.astype(np.float32) * (1 + 3e-6), "passed", ""),
        (WANT * (1 + 1e-5), "value", "4 of 4 numbers are off"),
        (np.array([[1, 2], [3, 5]]), "value", "holds 5 at index [1, 1], where the input is 40"),
        (WANT[0], "shape", "(2,); the shape must be (2, 2)"),
        (WANT + np.nan, "nan", "holds nan at index [0, 0]"),
        (WANT + np.inf, "nan", "holds inf"),
        (np.array([["a", "b"]]), "type", "without quotes"),
        (WANT + 0j, "type", "must hold numbers"),
    ],
)
def test_compare(got, kind, words):
    verdict = compare(outputs(got), WANT, at=10 * WANT)
    assert verdict.kind == kind
    assert words in verdict.problem


def test_an_expected_infinity_is_no_fault():
    assert compare(outputs(-np.inf), -np.inf).passed
    assert not compare(outputs(np.inf), -np.inf).passed


def test_dtype_is_judged_after_the_values():
    assert compare(outputs(WANT), WANT, dtype=np.dtype(np.float32)).kind == "dtype"
    assert compare(outputs(2 * WANT), WANT, dtype=np.dtype(np.float32)).kind == "value"


def test_lists_are_compared_piece_by_piece():
    collected = {"length": np.array(2), "g[0]": WANT, "g[1]": 2 * WANT}
    assert compare_all(Outputs(collected), "g", [WANT, 2 * WANT]).passed
    assert "3" in compare_all(Outputs(collected), "g", [WANT] * 3).problem
    assert "your g[1]" in compare_all(Outputs(collected), "g", [WANT, WANT]).problem


def test_quiet_repeats_the_warning():
    assert quiet(Outputs()).passed
    assert "overflow" in quiet(Outputs(warnings=("RuntimeWarning: overflow",))).problem
