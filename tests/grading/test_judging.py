"""Which answers may use the course's package, and what a breakdown costs."""

import nbformat
import pytest

from tests.grading.tiny_course import LESSON
from vegrad_course.grading.grader import grade
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.record import Submission
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def graded(sandbox, course):
    """Grade the solved lesson with some answers changed: `graded(sigmoid="...")`."""
    release = nbformat.read(course.student(LESSON), as_version=4)

    def run(**changed):
        notebook = nbformat.read(course.instructor(LESSON), as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = changed.get(name, cell.source)
        data = nbformat.writes(notebook).encode()
        rules = Rules(5, Limits(wall=60, memory=700))
        found = grade(Submission("ada", LESSON.id, data), release, rules, sandbox)
        return {verdict.name: verdict for verdict in found.verdicts}

    return run


def failed(verdicts):
    return {name: verdict.kind for name, verdict in verdicts.items() if verdict.kind != "passed"}


def test_the_reference_answers_pass(graded):
    assert failed(graded()) == {}


def test_a_value_may_be_measured_with_the_package_and_what_follows_is_not_harmed(graded):
    measured = "max_slope = float(reference.sigmoid_grad(np.zeros(1))[0])"
    assert failed(graded(max_slope=measured)) == {}


def test_a_function_may_not_be_the_reference_in_disguise(graded):
    borrowed = "def tanh_grad(z):\n    return reference.tanh_grad(z)"
    verdicts = graded(tanh_grad=borrowed)
    assert failed(verdicts) == {"tanh_grad": "raised"}
    assert "must be yours alone" in verdicts["tanh_grad"].text


def test_nor_be_found_by_searching_for_it(graded):
    search = (
        "def tanh_grad(z):\n    import gc, sys, importlib\n    sys.path.append('/opt/course')\n"
        "    sys.meta_path[:] = [f for f in sys.meta_path if 'laceholder' not in repr(f)]\n"
        "    for name in [n for n in sys.modules if n.startswith('vegrad')]:\n"
        "        del sys.modules[name]\n"
        "    return importlib.import_module('vegrad_course.reference').tanh_grad(z)"
    )
    assert failed(graded(tanh_grad=search)) == {"tanh_grad": "raised"}


def test_an_answer_that_ends_its_process_costs_only_itself(graded):
    ends = "def tanh_grad(z):\n    import os\n    os._exit(0)"
    assert failed(graded(tanh_grad=ends)) == {"tanh_grad": "died"}


@pytest.mark.slow
def test_time_that_is_up_while_the_judge_computes_costs_only_the_answer(graded):
    asks = "def gradient_check(f, x, eps):\n    while True:\n        f(x)"
    verdicts = graded(gradient_check=asks)
    assert failed(verdicts) == {"gradient_check": "timeout"}
    assert "did not finish within" in verdicts["gradient_check"].text


def test_an_answer_that_takes_all_memory_costs_only_itself(graded):
    takes = "def tanh_grad(z):\n    return np.ones(2 * 10**8)"
    kinds = failed(graded(tanh_grad=takes))
    assert kinds == {"tanh_grad": "memory"}


def test_a_number_of_a_million_digits_is_no_answer(graded):
    assert failed(graded(tanh_breaks_at="tanh_breaks_at = 10**1_000_000")) == {
        "tanh_breaks_at": "type"
    }
