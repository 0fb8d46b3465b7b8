"""An answer is the learner's own code: the instant check says so as the grader does."""

import time
from types import FunctionType

import pytest

from vegrad_course import check
from vegrad_course.authoring.source import read
from vegrad_course.checking.borrowed import RULE, borrowed
from vegrad_course.exercises import registry
from vegrad_course.grading.inside import placeholder
from vegrad_course.lessons import all_lessons
from vegrad_course.proof.answers import namespace

IMPORTS = """
import functools
import types
import numpy as np
import vegrad_course
from vegrad_course import check, plots, reference
from vegrad_course.reference import sigmoid, relu
from vegrad_course.reference import tanh as th
"""

USES = {  # the code of an answer called f, and the name that the rule says
    "a module": ("def f(z): return reference.sigmoid(z)", "reference.sigmoid"),
    "a function": ("def f(z): return z * sigmoid(z)", "sigmoid"),
    "another name": ("def f(z): return th(z)", "th"),
    "the package": ("def f(z): return vegrad_course.reference.tanh(z)", "vegrad_course.reference"),
    "a lambda": ("f = lambda z: sigmoid(z)", "sigmoid"),
    "inside a lambda": ("def f(z): return list(map(lambda x: relu(x), z))", "relu"),
    "a helper": ("def g(z): return sigmoid(z)\ndef f(z): return g(z)", "sigmoid"),
    "a helper's helper": ("g = lambda z: relu(z)\nh = lambda z: g(z)\nf = lambda z: h(z)", "relu"),
    "a closure": ("def make(s):\n def f(z): return s(z)\n return f\nf = make(sigmoid)", "s"),
    "a default": ("def f(z, s=sigmoid): return s(z)", "sigmoid"),
    "partial": ("f = functools.partial(relu)", "relu"),
    "partial in use": ("g = functools.partial(relu)\ndef f(z): return g(z)", "relu"),
    "wrapped": ("@functools.cache\ndef g(z): return relu(z)\ndef f(z): return g(z)", "relu"),
    "a class": ("class A:\n @staticmethod\n def s(z): relu(z)\ndef f(z): A.s(z)", "relu"),
    "a method": ("class A:\n def s(self, z): return relu(z)\nf = A().s", "relu"),
    "an import inside": ("def f(z):\n from vegrad_course.reference import elu\n elu(z)", "elu"),
    "the course's function itself": ("f = sigmoid", "sigmoid"),
}  # fmt: skip

FREE = {
    "numpy": "def f(z): return np.tanh(z)",
    "a method of the same name": "def f(z): return z.sigmoid() + z.reference",
    "a local of the same name": "def f(z):\n sigmoid = np.exp(z)\n return sigmoid",
    "an argument": "def f(z, reference): return reference(z)",
    "one's own of that name": "def sigmoid(z): return np.tanh(z)\ndef f(z): return sigmoid(z)",
    "a text": "def f(z): return 'reference.sigmoid'",
    "itself": "def f(z): return f(z - 1) if z > 0 else z",
    "a helper that is not used": "def g(z): return sigmoid(z)\ndef f(z): return np.exp(z)",
    "a number that was measured": "S = reference.sigmoid(0.0)\ndef f(z): return S * z",
    "a library's function": "from json import dumps\ndef f(z): return dumps(z)",
    "not assigned yet": "def make():\n def f(z): return late(z)\n return f\n late = 1\nf = make()",
    "no function": "f = 3.0",
}


def made(text):
    names = {"__name__": "__main__"}
    exec(IMPORTS + text, names)
    return names["f"]


@pytest.mark.parametrize("text, name", USES.values(), ids=USES)
def test_the_course_s_code_in_an_answer(text, name):
    said = borrowed(made(text))
    assert said and said.startswith(f"`{name}"), said


@pytest.mark.parametrize("text", FREE.values(), ids=FREE)
def test_no_false_alarm(text):
    assert borrowed(made(text)) is None


def test_the_words_are_the_grader_s():
    assert RULE == placeholder.RULE


def test_the_check_gives_no_marks_and_does_not_run_it():
    ran = []
    answer = made("def f(z):\n ran.append(z)\n return reference.sigmoid(z)")
    answer.__globals__["ran"] = ran
    report = check(sigmoid=answer)
    assert repr(report) == "0.0" and not report.passed and ran == []
    assert {mark.verdict.kind for mark in report.marks.marks} == {"borrowed"}
    assert "`reference.sigmoid` is the course's own code" in str(report)
    assert "an answer must be yours alone" in report._repr_html_()
    assert check(max_slope=made("f = reference.sigmoid_grad(0.0)")).passed, "values may be measured"


@pytest.fixture(scope="module")
def answers():
    """Every right answer of the course, with all the imports of its lesson at hand."""
    from tests.conftest import ROOT

    found = {}
    for lesson in all_lessons():
        cells = read(ROOT / "solutions" / f"{lesson.id}.py")
        names = namespace(cells)
        names["__name__"] = "__main__"
        functions = {n: names[n] for c in cells if (n := c.exercise) and callable(names[n])}
        for function in functions.values():
            function.__module__ = "__main__"
        found |= functions
    return found


def test_the_right_answers_are_free_of_it(answers):
    assert len(answers) > 60
    assert {name: said for name, answer in answers.items() if (said := borrowed(answer))} == {}


def test_it_takes_less_than_a_millisecond(answers):
    def best(answer):
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            borrowed(answer)
            times.append(time.perf_counter() - begun)
        return min(times)

    assert max(map(best, answers.values())) < 1e-3


def test_the_catalogue_is_free():
    """Known mistakes and unusual right answers live in the package, and are put to checks."""
    exercises = [registry.find(name) for name in registry.names()]
    known = [m.wrong for e in exercises for m in e.misconceptions]
    known += [a for e in exercises for a in e.alternatives]
    functions = [item for item in known if isinstance(item, FunctionType)]
    assert len(functions) > 300 and not any(map(borrowed, functions))
