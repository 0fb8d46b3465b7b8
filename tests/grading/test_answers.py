"""Stored answers: what goes in comes out, nothing else does, and their size is bounded."""

from dataclasses import replace

import msgpack
import numpy as np
import pytest

from tests.grading.tiny_course import EXERCISES
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import Mark, Marks, cases_of, mark, marks_of
from vegrad_course.exercises.model import PASSED, Case, Fault, Outputs
from vegrad_course.grading import answers
from vegrad_course.grading.answers import Malformed, inputs_digest, pack, unpack
from vegrad_course.grading.verdict import verdict_of

ARRAYS = {
    "result": np.array([1.5, np.nan, -0.0, np.inf]),
    "a number": np.array(3),
    "empty": np.empty((0, 3), np.float32),
    "columns first": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "big end first": np.arange(3, dtype=">i4"),
    "text": np.array(["relu", "σ", "\ud800"]),
    "no text": np.array([], "<U0"),
    "complex": np.array(1j),
    "yes": np.array([True]),
}
CASE = Case("a case", {"z": 1.0}, "is right")


def marks_with(*outputs):
    return Marks(EXERCISES[0], tuple(Mark(CASE, output, PASSED) for output in outputs))


def test_arrays_warnings_and_faults_come_back_as_they_were():
    came = Outputs(ARRAYS, ("RuntimeWarning: overflow",), Fault("view", "It is a \ud800 view."))
    ((stored,),) = unpack(pack({"x": marks_with(came)})).values()
    assert (stored.name, stored.digest) == ("a case", inputs_digest(CASE))
    assert (stored.outputs.warnings, stored.outputs.fault) == (came.warnings, came.fault)
    assert stored.outputs.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        back = stored.outputs[name]
        assert (back.dtype, back.shape, back.tobytes()) == (
            array.dtype, array.shape, array.tobytes())  # fmt: skip


def test_the_same_answers_give_the_same_bytes():
    one, two = (marks_with(Outputs(dict(ARRAYS))) for _ in range(2))
    assert pack({"a": one, "b": two}) == pack({"b": two, "a": one})


def test_what_is_too_large_is_left_out_and_the_rest_is_kept(monkeypatch):
    large = Outputs({"result": np.zeros(answers.MOST_BYTES // 8)})
    small = Outputs({"result": np.zeros(3)})
    ((first, second),) = unpack(pack({"x": marks_with(large, small)})).values()
    assert first.outputs is None and second.outputs is not None
    monkeypatch.setattr(answers, "MOST_TOTAL", 1000)
    kilo = Outputs({"result": np.zeros(100)})
    a, b = unpack(pack({"a": marks_with(kilo), "b": marks_with(kilo)})).values()
    assert a[0].outputs is not None and b[0].outputs is None


def test_other_bytes_are_malformed_and_nothing_else_is_raised():
    good = pack({"x": marks_with(Outputs(ARRAYS, ("w",), Fault("view", "v")))})
    rng = np.random.default_rng(3)
    refused = 0
    for _ in range(2000):
        bad = bytearray(good)
        for place in rng.integers(0, len(bad), rng.integers(1, 4)):
            bad[place] = rng.integers(256)
        try:
            unpack(bytes(bad[: rng.integers(1, len(bad) + 1)]))
        except Malformed:
            refused += 1
    assert refused > 1000
    assert unpack(b"") == {}


@pytest.mark.parametrize(
    "array",
    [["|O", [1], b"12345678"], ["<M8[s]", [1], b"12345678"], ["<f8", [10**12], b""], ["<f8", [2]]],
)
def test_arrays_of_other_kinds_or_sizes_are_malformed(array):
    outputs = {"arrays": {"x": array}, "warnings": [], "fault": None}
    plain = {"version": answers.VERSION, "exercises": {"x": [["case", "digest", outputs]]}}
    with pytest.raises(Malformed):
        unpack(msgpack.packb(plain))


def test_another_version_is_malformed():
    with pytest.raises(Malformed, match="version 1: got 2"):
        unpack(msgpack.packb({"version": 2, "exercises": {}}))


def test_a_digest_tells_values_types_shapes_and_order_apart():
    values = [1, 1.0, True, np.float64(1), np.float32(1), "1", None, (1,), [1], [[1]], [1, 1],
              np.ones(1), np.ones((1, 1)), np.ones(1, np.float32), -0.0, 0.0, ["ab"], ["a", "b"],
              [np.ones(2), np.ones(1)], [np.ones(1), np.ones(2)]]  # fmt: skip
    cases = [replace(CASE, inputs={"z": value}) for value in values]
    cases += [replace(CASE, inputs={"y": 1}), replace(CASE, inputs={"z": 1, "y": 1})]
    assert len({inputs_digest(case) for case in cases}) == len(cases)
    assert inputs_digest(replace(CASE, name="renamed", expect="else")) == inputs_digest(CASE)
    with pytest.raises(TypeError, match="plain data: got a function"):
        inputs_digest(replace(CASE, inputs={"f": test_another_version_is_malformed}))


EVERY = [
    pytest.param(name, marks=[] if registry.find(name).lesson == "01" else pytest.mark.slow)
    for name in registry.names()
]


@pytest.mark.parametrize("name", EVERY)
def test_every_exercise_is_judged_the_same_from_stored_answers(name):
    exercise = registry.find(name)
    for answer in [*exercise.alternatives[:1], exercise.misconceptions[0].wrong]:
        marks = mark(exercise, answer, seed=11)
        (stored,) = unpack(pack({name: marks})).values()
        cases = cases_of(exercise, 11)
        assert [case.digest for case in stored] == [inputs_digest(case) for case in cases]
        again = marks_of(exercise, [(c, s.outputs) for c, s in zip(cases, stored, strict=True)])
        assert verdict_of(again) == verdict_of(marks)
