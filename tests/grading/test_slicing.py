"""Only the cells that answers need are run, and they are enough."""

import contextlib
import io
import warnings

import nbformat
import pytest

from vegrad_course.authoring.course import read_notebook
from vegrad_course.grading.cells import Cell
from vegrad_course.grading.names import names
from vegrad_course.grading.record import Submission
from vegrad_course.grading.slicing import all_cells, needed
from vegrad_course.grading.submission import parse
from vegrad_course.lessons import all_lessons

TAUGHT = [lesson for lesson in all_lessons() if lesson.number != "00"]


def cell(source, role="released", name="", kind="code"):
    return Cell(kind, source, role, "id", name)


def running(*cells):
    return needed(cells, {c.grade_id for c in cells if c.role == "answer"})


def answer(source):
    return cell(source, "answer", "it")


@pytest.mark.parametrize(
    ("text", "binds"),
    [
        ("x = 1", "x"),
        ("def f(a):\n    b = 1", "f"),
        ("class C:\n    d = 1", "C"),
        ("[i for i in range(3)]", ""),
        ("k = [i for i in range(3)]", "k"),
        ("[last := i for i in range(3)]", "last"),
        ("for i, (j, *k) in q: pass", "i j k"),
        ("with open() as g: pass", "g"),
        ("def f():\n    global n\n    n = 1", "f n"),
        ("import a.b as c, d.e\nfrom f import g as h", "c d h"),
        ("try: pass\nexcept E as e: pass", "e"),
        ("lambda z: z", ""),
        ("if True:\n    t = 1", "t"),
        ("%matplotlib inline\nm = 1", "m"),
        ("%%time\nm = 1", "m"),
        ("w = (5\n% 3)", "w"),
    ],
)
def test_the_top_level_names_that_a_cell_binds(text, binds):
    found = names(text)
    assert found is not None and found.binds == set(binds.split())


@pytest.mark.parametrize("text", ["def", "a\0b", "1" + "+1" * 40_000, "x=1\n" * 50_000, "(" * 900])
def test_a_text_that_cannot_be_analysed_has_no_names(text):
    assert names(text) is None


def test_a_wrong_escape_in_a_student_s_text_warns_nobody():
    assert names("x = '\\d'").binds == {"x"}


def test_demonstrations_and_checks_are_left_out():
    cells = [cell("import numpy as np"), cell("plot = np.sin(1)"), answer("def it(x): return x")]
    cells += [
        cell("check(it)", "check", "check-it"),
        cell("print(it(3))"),
        cell("# it", kind="raw"),
    ]
    assert running(*cells) == [0, 2]
    assert all_cells(cells) == [0, 1, 2, 4]


def test_what_an_answer_loads_runs_and_what_that_loads_too():
    cells = [cell("a = 1"), cell("b = a + 1"), cell("c = 3"), answer("def it(): return b")]
    assert running(*cells) == [0, 1, 3]


def test_a_local_name_does_not_pull_in_a_released_cell():
    released = [cell("z = slow()"), cell("i = slow()")]
    assert running(*released, answer("def it(z): return sum(i for i in z)")) == [2]


def test_a_later_cell_that_binds_the_name_runs_too():
    assert running(answer("def it(): return late"), cell("late = 1")) == [0, 1]


@pytest.mark.parametrize(
    "change",
    ["x[0] = 1", "x.a = 1", "x += 1", "del x[0]", "x.append(2)", "x.a.b[1].clear()", "x[0] += 1"],
)
def test_a_change_in_place_counts_as_binding(change):
    assert running(cell("x = [1]"), cell(change), cell("y = 1"), answer("it = x")) == [0, 1, 3]


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ("z = 1\nprint(z)", "print"),
        ("print(z)\nz = 1", "print z"),
        ("x += 1", "x"),
        ("for n in q:\n    y = n\nprint(n, y)", "q n y print"),
        ("if a:\n    b = 1\nb", "a b"),
        ("with open(p) as g:\n    h = g\nh", "open p"),
        ("z = 1\ndef f(a=z): return z + a", "z"),
        ("@deco\ndef f(a=k): pass", "deco k"),
        ("z = 1\n[i * z for i in range(3)]", "range"),
        ("[z for z in a]\ng(z)", "a g z"),
        ("w = lambda v: v + u", "u"),
        ("def f():\n    return [i + k for i in m]", "k m"),
        ("class C(B):\n    d = e", "B e"),
        ("import os\nos.getcwd()", ""),
        ("try:\n    t = 1\nexcept E: pass\nt", "E t"),
    ],
)
def test_the_names_that_a_cell_needs_from_others(text, loads):
    assert names(text).loads == set(loads.split())


def test_a_call_that_only_uses_a_module_does_not_count():
    cells = [cell("import plots"), cell("plots.show(1)"), cell("it = 2; plots.show(it)", "student")]
    assert running(*cells) == [0, 2]


def test_seeding_counts_for_those_who_load_numpy():
    cells = [cell("import numpy as np"), cell("np.random.seed(0)"), cell("y = np.sin(1)")]
    assert running(*cells, answer("it = np.random.rand()")) == [0, 1, 3]


def test_all_that_a_student_wrote_runs():
    cells = [cell("a = 1"), cell("h = a", "student"), cell("syntax error", "student")]
    assert running(*cells, answer("it = 1")) == [0, 1, 2, 3]


def test_a_student_s_cell_that_cannot_be_read_may_load_every_word():
    cells = [cell("folder = '.'"), cell("other = 1"), cell("files = !ls $folder", "student")]
    assert running(*cells, answer("it = 1")) == [0, 2, 3]


def test_released_magics_run_only_where_they_are_needed():
    assert running(cell("%matplotlib inline"), answer("it = 1")) == [1]
    assert running(cell("%matplotlib inline\nx = 1"), answer("it = x")) == [0, 1]


def test_a_missing_answer_never_runs():
    assert running(cell("def it(): ...", "missing", "it")) == []


@pytest.mark.slow
@pytest.mark.parametrize("lesson", TAUGHT, ids=lambda lesson: lesson.id)
def test_the_needed_cells_are_enough_to_define_every_answer(course, lesson, record_property):
    release = read_notebook(course.student(lesson))
    data = nbformat.writes(read_notebook(course.instructor(lesson))).encode()
    parsed = parse(Submission("s", lesson.id, data), release)
    run = needed(parsed.cells, parsed.answers)
    namespace: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for position in run:
            exec(compile(parsed.cells[position].source, lesson.id, "exec"), namespace)
    skipped = len(all_cells(parsed.cells)) - len(run)
    print(f"{lesson.id}: {len(run)} cells run, {skipped} demonstrations are skipped")
    record_property("skipped", skipped)
    coded = {c.grade_id for c in parsed.cells if c.role == "answer" and c.kind == "code"}
    assert coded and coded <= namespace.keys()
    assert skipped > 0
