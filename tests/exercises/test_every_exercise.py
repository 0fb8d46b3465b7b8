"""What holds of every exercise of the course."""

import builtins
import dis
import inspect

import numpy as np
import pytest

from vegrad_course import reference
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import SEED, first_failure, mark

EXERCISES = [registry.find(name) for name in registry.names()]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


TWINS = [exercise for exercise in EXERCISES if hasattr(reference, exercise.name)]


def test_most_functions_have_a_reference():
    assert len(TWINS) >= 14


@pytest.mark.parametrize("exercise", TWINS, ids=lambda e: e.name)
def test_the_reference_package_passes(exercise):
    answer = getattr(reference, exercise.name)
    for seed in (SEED, 5, 6):
        failure = first_failure(exercise, answer, seed)
        assert failure is None, (failure.case.name, failure.verdict)


@every_exercise
def test_texts_are_there_and_in_order(exercise):
    assert len(exercise.hints) == 3
    assert all(len(hint) > 20 and hint.strip()[-1] in ".?" for hint in exercise.hints)
    messages = [known.message for known in exercise.misconceptions]
    assert len(set(messages)) == len(messages) >= 1
    assert all(len(message) > 40 and message.strip()[-1] in ".?" for message in messages)


@every_exercise
def test_the_same_seed_asks_the_same_and_another_asks_something_else(exercise):
    def inputs(seed):
        return [repr(case) for case in exercise.cases(np.random.default_rng(seed))]

    assert inputs(1) == inputs(1)
    random = exercise.collect is None or any(
        case.inputs for case in exercise.cases(np.random.default_rng(1))
    )
    assert not random or inputs(1) != inputs(2)


@every_exercise
def test_stored_answers_need_nothing_but_numpy(exercise):
    """They are pasted into notebooks, so they must stand alone."""
    wrong = [known.wrong for known in exercise.misconceptions]
    for answer in filter(inspect.isfunction, [*wrong, *exercise.alternatives]):
        code = [answer.__code__, *filter(inspect.iscode, answer.__code__.co_consts)]
        loads = [i for c in code for i in dis.get_instructions(c) if i.opname == "LOAD_GLOBAL"]
        names = {i.argval for i in loads}
        assert names <= {"np", *dir(builtins)}, (exercise.name, answer.__name__, names)


LAZY = [lambda *_: None, lambda *_: 0.0, lambda *_: 1.0, lambda *a: a[0], lambda *a: np.zeros(3)]


@every_exercise
@pytest.mark.parametrize("answer", LAZY, ids=["None", "0", "1", "first input", "zeros"])
def test_laziness_earns_little(exercise, answer):
    marks = mark(exercise, answer)
    assert not marks.passed
    assert marks.share <= 0.34
