"""Which student cell answers which exercise: by grade id, by cell id, by name."""

import copy
import json

import nbformat
import pytest

from vegrad_course import lessons
from vegrad_course.authoring.course import read_notebook
from vegrad_course.grading.record import Submission
from vegrad_course.grading.submission import parse

LESSON = lessons.find("01")
RIGHT = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"


@pytest.fixture
def release(course):
    return read_notebook(course.student(LESSON))


@pytest.fixture
def solved(course):
    return json.loads(nbformat.writes(read_notebook(course.instructor(LESSON))))


def hand_in(notebook, release):
    data = json.dumps(notebook).encode()
    return parse(Submission("ada", LESSON.id, data), release)


def place(notebook, name):
    return next(i for i, c in enumerate(notebook["cells"]) if c.get("id") == name)


def cell(source, **more):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], **more}


def kinds(parsed):
    return [problem.kind for problem in parsed.problems]


def strip(notebook, ids=True):
    for entry in notebook["cells"]:
        entry["metadata"] = {}
        if ids:
            entry.pop("id", None)
    return notebook


def test_nothing_is_odd_about_a_solved_notebook(solved, release):
    parsed = hand_in(solved, release)
    assert parsed.problems == () and len(parsed.answers) == 8
    assert [c.id for c in parsed.cells] == [c.id for c in release.cells]


def test_by_cell_id_where_the_marks_are_stripped(solved, release):
    expected = hand_in(solved, release)
    parsed = hand_in(strip(solved, ids=False), release)
    assert parsed.cells == expected.cells and kinds(parsed) == ["recovered"]
    assert "by cell id: `sigmoid`, `max_slope`" in parsed.problems[0].text


def test_by_name_where_marks_and_ids_are_stripped(solved, release):
    expected = hand_in(solved, release)
    parsed = hand_in(strip(solved), release)
    assert parsed.cells == expected.cells and kinds(parsed) == ["recovered"]
    assert "by name" in parsed.problems[0].text


def test_two_cells_without_marks_that_define_a_name_are_not_guessed_at(solved, release):
    solved["cells"].append(cell("def sigmoid(z):\n    return z"))
    parsed = hand_in(strip(solved), release)
    assert "sigmoid" not in parsed.answers and len(parsed.answers) == 7
    assert "answers `sigmoid`" in parsed.problems[-1].text


def test_a_name_that_is_only_local_does_not_answer(solved, release):
    solved["cells"].pop(place(solved, "max_slope"))
    solved["cells"].append(cell("def other():\n    max_slope = 1/4"))
    parsed = hand_in(solved, release)
    assert "max_slope" not in parsed.answers and kinds(parsed) == ["missing-cell"]


def test_a_broken_cell_is_still_found_by_its_name(solved, release):
    solved["cells"][place(solved, "sigmoid")]["source"] = "def sigmoid(z):\n    return 1 +"
    assert hand_in(strip(solved), release).answers["sigmoid"].endswith("1 +")


def test_the_stub_left_and_the_answer_in_a_new_cell(solved, release):
    at = place(solved, "sigmoid")
    solved["cells"][at]["source"] = release.cells[at].source
    solved["cells"].insert(at, cell(RIGHT))
    parsed = hand_in(solved, release)
    assert parsed.answers["sigmoid"] == RIGHT and kinds(parsed) == ["recovered"]
    stub = release.cells[at].source
    assert stub not in [c.source for c in parsed.cells]


def test_an_untouched_answer_is_an_answer(release):
    parsed = hand_in(release, release)
    assert len(parsed.answers) == 8 and parsed.problems == ()


def duplicate(solved, first, second):
    at = place(solved, "sigmoid")
    copied = copy.deepcopy(solved["cells"][at])
    copied["id"] = "copy"
    solved["cells"][at]["source"], copied["source"] = first, second
    solved["cells"].insert(at + 1, copied)
    return solved


def test_duplicates_with_the_same_text(solved, release):
    parsed = hand_in(duplicate(solved, RIGHT, RIGHT + "\n"), release)
    assert parsed.answers["sigmoid"].strip() == RIGHT and kinds(parsed) == []


@pytest.mark.parametrize("first", [True, False])
def test_of_duplicates_an_untouched_one_goes(solved, release, first):
    stub = release.cells[place(release, "sigmoid")].source
    texts = (stub, RIGHT) if first else (RIGHT, stub)
    parsed = hand_in(duplicate(solved, *texts), release)
    assert parsed.answers["sigmoid"] == RIGHT and kinds(parsed) == []
    assert len(parsed.cells) == len(release.cells)


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ("def sigmoid(z): return 0", RIGHT, RIGHT),
        (RIGHT, "print(sigmoid(0))", RIGHT),
        ("import numpy as np", RIGHT, RIGHT),
    ],
)
def test_of_duplicates_the_last_that_defines_the_name_counts(solved, release, first, second, taken):
    parsed = hand_in(duplicate(solved, first, second), release)
    assert parsed.answers["sigmoid"] == taken and kinds(parsed) == ["duplicate-cell"]
    assert {first, second} <= {c.source for c in parsed.cells}


def test_a_missing_cell_is_no_answer_and_is_put_back_untouched(solved, release):
    at = place(solved, "sigmoid")
    del solved["cells"][at : at + 2]
    parsed = hand_in(solved, release)
    assert "sigmoid" not in parsed.answers and kinds(parsed) == ["missing-cell"]
    assert [c.id for c in parsed.cells] == [c.id for c in release.cells]
    assert [c.role for c in parsed.cells[at : at + 2]] == ["missing", "check"]


def test_a_foreign_cell_is_an_ordinary_one(solved, release):
    marks = {"nbgrader": {"grade_id": "foreign`<b>", "grade": True, "points": 1e6}}
    solved["cells"].append(cell("bonus = 1", metadata=marks))
    parsed = hand_in(solved, release)
    assert parsed.cells[-1].role == "student" and parsed.cells[-1].source == "bonus = 1"
    assert parsed.notebook.cells[-1].metadata == {} and kinds(parsed) == ["foreign-cell"]
    assert "`foreign'<b>`" in parsed.problems[0].text


@pytest.mark.parametrize("kind", ["markdown", "raw", "unheard-of"])
def test_a_flipped_answer_is_code_again(solved, release, kind):
    at = place(solved, "sigmoid")
    solved["cells"][at]["cell_type"] = kind
    parsed = hand_in(solved, release)
    assert parsed.cells[at].kind == "code" and parsed.cells[at].role == "answer"
    assert kinds(parsed) == ["flipped-cell"]


def test_reordered_cells_run_in_the_student_s_order(solved, release):
    solved["cells"] = [solved["cells"][0], *reversed(solved["cells"][1:])]
    parsed = hand_in(solved, release)
    assert [c.id for c in parsed.cells[1:]] == [c.id for c in release.cells[:0:-1]]
    assert kinds(parsed) == ["reordered"] and len(parsed.answers) == 8


def test_a_locked_cell_is_as_released_whatever_the_student_wrote(solved, release):
    at = place(solved, "check-sigmoid")
    solved["cells"][at].update(source="check = print", cell_type="markdown")
    solved["cells"][at]["metadata"]["tags"] = ["skip-execution"]
    parsed = hand_in(solved, release)
    assert parsed.notebook.cells[at] == release.cells[at] and kinds(parsed) == ["locked-cell"]
    assert not any("check = print" in c.source for c in parsed.cells)


def test_a_check_without_mark_and_id_is_the_check(solved, release):
    at = place(solved, "check-sigmoid")
    solved["cells"][at] = cell("check(sigmoid)  ")
    parsed = hand_in(solved, release)
    assert parsed.notebook.cells[at] == release.cells[at] and parsed.problems == ()


def test_one_cell_cannot_take_another_s_place_by_its_id(solved, release):
    solved["cells"][place(solved, "cell-000")]["id"] = "sigmoid"
    parsed = hand_in(solved, release)
    assert "return" in parsed.answers["sigmoid"] and parsed.problems == ()
