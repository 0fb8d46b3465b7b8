"""An answer gets the same marks through the sandbox as in the notebook."""

import numpy as np
import pytest

from vegrad_course.demo_class import _text
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import mark
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.remote import fetch
from vegrad_course.grading.sandbox import Sandbox
from vegrad_course.grading.session import GRACE, Session

IMPORTS = "import numpy as np\nimport torch\nfrom itertools import *\nfrom collections import *"
QUICK = ("gradient_check", "sigmoid", "grad_norms", "clip_global_norm", "failed_cures")


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


def through(sandbox, exercise, text, seed):
    session = Session(sandbox, Limits())
    session.run([("imports", IMPORTS), ("answer", text)])
    answer = fetch(session, exercise.name, exercise.seconds)
    marks = mark(exercise, answer, seed, exercise.seconds + GRACE)
    session.settle()
    session.close()
    return marks


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n in QUICK else pytest.mark.slow) for n in registry.names()],
)
def test_every_known_answer_gets_the_same_marks(sandbox, name):
    exercise = registry.find(name)
    answers = [*(known.wrong for known in exercise.misconceptions), *exercise.alternatives]
    for answer in answers:
        here = mark(exercise, answer, seed=7)
        there = through(sandbox, exercise, _text(exercise, answer), seed=7)
        label = getattr(answer, "__name__", repr(answer))
        assert [m.verdict for m in there.marks] == [m.verdict for m in here.marks], label
        assert there.misconception == here.misconception, label


def test_another_seed_asks_other_questions(sandbox):
    exercise = registry.find("sigmoid")
    text = "def sigmoid(z):\n    return 1 / 1 + np.exp(-z)"
    first, second = (through(sandbox, exercise, text, seed) for seed in (1, 2))
    told = [str(marks.first_failure.verdict.problem) for marks in (first, second)]
    assert told[0] != told[1]
    assert not np.array_equal(first.marks[0].case["z"], second.marks[0].case["z"])
