"""The proof of the graders, and proof that the proof can fail."""

from dataclasses import replace

import pytest

from tests.conftest import some
from vegrad_course.authoring.source import read
from vegrad_course.exercises import registry
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import PASSED
from vegrad_course.lessons import all_lessons, find
from vegrad_course.proof.answers import namespace
from vegrad_course.proof.mutants import mutants
from vegrad_course.proof.verify import (
    verify_exercise,
    verify_lesson,
    verify_solved,
    verify_untouched,
)


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.id)
def test_every_grader_of_the_lesson_holds(course, lesson):
    proofs = list(verify_lesson(course, lesson))
    assert {proof.exercise for proof in proofs} == {
        e.name for e in registry.of_lesson(lesson.number)
    }
    assert [f"{p.exercise}: {f}" for p in proofs for f in p.failures] == []
    assert all(proof.mutants for proof in proofs)


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.id)
def test_the_instructor_notebook_gets_full_marks(course, lesson):
    assert list(verify_solved(course, lesson)) == []


@pytest.mark.parametrize("lesson", some(quick=("00", "01", "11")))
def test_the_untouched_notebook_gets_none(course, lesson):
    assert list(verify_untouched(course, lesson)) == []


@pytest.fixture
def sigmoid_grad(course):
    cells = read(course.source(find("01")))
    cell = next(cell for cell in cells if cell.exercise == "sigmoid_grad")
    return registry.find("sigmoid_grad"), cell, namespace(cells)


def test_a_judge_that_accepts_everything_is_caught(sigmoid_grad):
    exercise, cell, names = sigmoid_grad
    lax = replace(exercise, judge=lambda case, outputs: PASSED)
    failures = verify_exercise(lax, cell, names).failures
    assert any("the misconception 'returns_sigma' passes" in failure for failure in failures)
    assert any("the mutant `s * (1 - s) -> s / (1 - s)` passes" in failure for failure in failures)


def test_a_judge_that_rejects_everything_is_caught(sigmoid_grad):
    exercise, cell, names = sigmoid_grad
    strict = replace(exercise, judge=lambda case, outputs: compare(outputs, case["z"]))
    failures = verify_exercise(strict, cell, names).failures
    assert any("the reference answer fails" in failure for failure in failures)
    assert any("even_form fails" in failure for failure in failures)


def test_an_explanation_without_a_mutant_is_caught(sigmoid_grad):
    exercise, cell, names = sigmoid_grad
    stale = replace(exercise, equivalent={"a -> b": "no such thing"})
    assert verify_exercise(stale, cell, names).failures == [
        "no surviving mutant is called `a -> b`"
    ]


def test_mutants_change_one_thing_inside_the_solution(sigmoid_grad):
    _, cell, _ = sigmoid_grad
    names = [mutant.name for mutant in mutants(cell)]
    assert "1 - s -> 1 + s" in names
    assert "s * (1 - s) -> s / (1 - s)" in names
    assert "return s * (1 - s) -> return -(s * (1 - s))" in names
    assert "1 -> 2" in names
    assert len(names) == len(set(names))
    assert all("def sigmoid_grad(z):" in mutant.text for mutant in mutants(cell))
