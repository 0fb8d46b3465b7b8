"""Whatever an answer does, the check goes on and says what it was."""

import os
import sys
import time
import warnings

import numpy as np
import pytest
import torch

from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import mark
from vegrad_course.exercises.running import run


def raises(z):
    return z / undefined_name  # noqa: F821


def loops(z):
    while True:
        pass


def loops_and_swallows(z):
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass


def returns_nothing(z):
    z + 1


def returns_text(z):
    return "a half"


def returns_a_function(z):
    return loops


def returns_torch(z):
    return torch.sigmoid(torch.as_tensor(z))


def returns_ragged(z):
    return [[1.0], [1.0, 2.0]]


def returns_nan(z):
    return z * np.nan


def wrong_shape(z):
    return z[..., :1].copy()


def changes_its_input(z):
    z *= 0.5
    return z + 1


def returns_a_view(z):
    return z.T.T


def exits(z):
    sys.exit(0)


def unwritten(z):
    raise NotImplementedError


FAULTS = [
    (raises, "raised", "NameError"),
    (loops, "timeout", "did not finish"),
    (loops_and_swallows, "timeout", "did not finish"),
    (returns_nothing, "type", "forget `return`"),
    (returns_text, "type", "Write numbers without quotes"),
    (returns_a_function, "type", "a function came back"),
    (returns_torch, "type", "torch.Tensor"),
    (returns_ragged, "type", "not one array"),
    (returns_nan, "nan", "nan at index [0]"),
    (wrong_shape, "shape", "the shape must be (8,)"),
    (changes_its_input, "mutated", "changed its input `z`"),
    (returns_a_view, "view", "view of its input `z`"),
    (exits, "raised", "SystemExit"),
    (unwritten, "unanswered", "not written yet"),
]


@pytest.mark.parametrize(
    ("answer", "kind", "words"), FAULTS, ids=lambda x: getattr(x, "__name__", "")
)
def test_each_fault_has_its_own_words(answer, kind, words):
    marks = mark(registry.find("sigmoid"), answer, seconds=0.2)
    failure = marks.first_failure
    assert failure.verdict.kind == kind
    assert words in failure.verdict.problem
    assert marks.score == 0


def test_the_line_that_raised_is_quoted():
    failure = mark(registry.find("sigmoid"), raises).first_failure
    assert "`return z / undefined_name" in failure.verdict.problem


def test_a_fault_costs_only_its_own_case():
    def fails_far_out(z):
        if np.abs(z).max() > 100:
            raise RuntimeError("too far")
        return 1 / (1 + np.exp(-z))

    marks = mark(registry.find("sigmoid"), fails_far_out)
    assert [m.verdict.passed for m in marks.marks] == [True, True, False, False]
    assert marks.score == 1.5


def test_prints_and_warnings_reach_no_one(capfd):
    def chatty(z):
        print("hello")
        print("trouble", file=sys.stderr)
        os.write(1, b"from C")
        os.write(2, b"from C, too")
        warnings.warn("careful", stacklevel=1)
        return 0.5 * (1 + np.tanh(0.5 * z))

    exercise = registry.find("sigmoid")
    outputs = run(exercise, chatty, next(iter(exercise.cases(np.random.default_rng(0)))))
    assert outputs.warnings == ("UserWarning: careful",)
    assert capfd.readouterr() == ("", "")


def test_the_answer_cannot_keep_the_judge_s_inputs():
    kept = []

    def remembers(z):
        kept.append(z)
        return 0.5 * (1 + np.tanh(0.5 * z))

    exercise = registry.find("sigmoid")
    case = next(iter(exercise.cases(np.random.default_rng(0))))
    run(exercise, remembers, case)
    assert not np.shares_memory(kept[0], case["z"])


def test_time_limit_ends_with_the_block():
    from vegrad_course.exercises.limits import TimeLimit, time_limit

    with time_limit(0.05):
        pass
    time.sleep(0.1)
    with pytest.raises(TimeLimit), time_limit(0.05):
        time.sleep(5)
