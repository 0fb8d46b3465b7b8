"""Whatever the bytes are, parsing ends in cells or in a named problem; honest ones are unharmed."""

import json
import sys
import time

import nbformat
import pytest

from vegrad_course import lessons
from vegrad_course.authoring.course import read_notebook
from vegrad_course.grading.record import Submission
from vegrad_course.grading.submission import parse

LESSON = lessons.find("01")


@pytest.fixture
def release(course):
    return read_notebook(course.student(LESSON))


@pytest.fixture
def solved(course):
    return json.loads(nbformat.writes(read_notebook(course.instructor(LESSON))))


@pytest.fixture
def expected(solved, release):
    return bytes_in(json.dumps(solved).encode(), release)


def bytes_in(data, release, **more):
    begun = time.process_time()
    parsed = parse(Submission("ada", LESSON.id, data, **more), release)
    assert time.process_time() - begun < 1
    nbformat.validate(parsed.notebook)
    nbformat.writes(parsed.notebook).encode("utf-8")
    assert [c.source for c in parsed.notebook.cells] == [c.source for c in parsed.cells]
    return parsed


def hand_in(notebook, release):
    return bytes_in(json.dumps(notebook).encode(), release)


def kinds(parsed):
    return [problem.kind for problem in parsed.problems]


def one_cell(source, **more):
    return {"cells": [{"cell_type": "code", "metadata": {}, "source": source, **more}]}


UNREADABLE = {
    b"": "empty",
    b" \n": "empty",
    b"\xef\xbb\xbf": "not-json",
    b"print(1)": "not-json",
    b"\x89PNG\r\n\x1a\n\0\0": "not-json",
    b'{"cells": [': "not-json",
    b"[" * 100_000 + b"]" * 100_000: "too-deep",
    b'{"cells": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001: "too-deep",
    b"null": "not-a-notebook",
    b"[1, 2]": "not-a-notebook",
    b"9" * 100_000: "not-a-notebook",
    b"{}": "not-a-notebook",
    b'{"cells": {"0": 1}}': "not-a-notebook",
    b'{"cells": null, "nbformat": NaN}': "not-a-notebook",
    b'{"worksheets": 3}': "old-format",
    b'{"worksheets": [{"cells": [{"cell_type": "code"}]}]}': "old-format",
    json.dumps(one_cell("x" * 2_000_001)).encode(): "too-long",
    json.dumps({"cells": [{"cell_type": "raw", "source": ""}] * 2_001}).encode(): "too-long",
}


@pytest.mark.parametrize("data", UNREADABLE, ids=lambda data: repr(data[:20]))
def test_what_is_no_notebook_is_a_named_problem(release, data):
    parsed = bytes_in(data, release)
    assert kinds(parsed)[0] == UNREADABLE[data]
    assert not parsed.readable and parsed.answers == {}
    assert {c.role for c in parsed.cells} == {"missing", "check"} and len(parsed.cells) == 16


def test_a_problem_of_the_file_is_said(release):
    parsed = bytes_in(b"", release, problem="It is a link.")
    assert [p.text for p in parsed.problems] == ["It is a link."] and not parsed.readable


def test_notes_on_the_file_are_said(solved, release):
    parsed = bytes_in(json.dumps(solved).encode(), release, notes=("It was renamed.",))
    assert kinds(parsed) == ["submitted-file"] and len(parsed.answers) == 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(solved, release, expected, encoding):
    data = json.dumps(solved, ensure_ascii=False).encode(encoding)
    parsed = bytes_in(data, release)
    assert parsed.cells == expected.cells
    assert kinds(parsed) == ([] if encoding.startswith("utf-8") else ["encoding"])


def test_a_wrong_letter_costs_only_itself(solved, release, expected):
    data = json.dumps(solved, ensure_ascii=False).replace("σ", "s").encode("latin-1", "replace")
    parsed = bytes_in(data + b"", release)
    assert parsed.answers.keys() == expected.answers.keys()
    solved["cells"].append(one_cell("# caf\xe9")["cells"][0])
    wrong = json.dumps(solved, ensure_ascii=False).encode().replace("caf\xe9".encode(), b"caf\xe9")
    parsed = bytes_in(wrong, release)
    assert parsed.answers == expected.answers and kinds(parsed) == ["encoding"]


@pytest.mark.parametrize(
    "source",
    [None, 3, 1e999, {"a": 1}, [None, ["x"]], True, "\ud800", "\0", "a\0b", "x" * 1_000_000],
    ids=lambda source: repr(source)[:20],
)
def test_odd_sources(solved, release, source):
    solved["cells"] += one_cell(source)["cells"]
    assert len(hand_in(solved, release).answers) == 8


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": None},
        {"metadata": [1]},
        {"metadata": {"nbgrader": []}},
        {"metadata": {"nbgrader": {"grade_id": {"a": 1}}}},
        {"metadata": {"nbgrader": {"grade_id": "sigmoid", "schema_version": 99}}},
        {"outputs": "x"},
        {"outputs": [{"output_type": 3}]},
        {"execution_count": 10**5000},
        {"id": 7},
        {"id": "no id!" * 99},
        {"attachments": {"a": {"image/png": 3}}},
        {"unknown": {"x": [1]}},
    ],
    ids=lambda change: repr(change)[:40] if "execution_count" not in change else "huge",
)
def test_odd_fields_of_an_answer(solved, release, expected, change):
    at = next(i for i, c in enumerate(solved["cells"]) if c["id"] == "sigmoid")
    solved["cells"][at].update(change)
    sys.set_int_max_str_digits(0)
    data = json.dumps(solved).encode()
    sys.set_int_max_str_digits(4300)
    assert bytes_in(data, release).answers == expected.answers


def test_cells_that_are_no_cells_are_passed_over(solved, release, expected):
    solved["cells"] = [1, None, *solved["cells"], [], "x"]
    parsed = hand_in(solved, release)
    assert parsed.cells == expected.cells and kinds(parsed) == ["broken-cell"]


def test_of_keys_that_come_twice_the_last_counts(solved, release, expected):
    data = b'{"cells": [], ' + json.dumps(solved).encode()[1:]
    assert bytes_in(data, release).cells == expected.cells


def test_a_newer_format_is_read_and_noted(solved, release, expected):
    parsed = hand_in({**solved, "nbformat": 9}, release)
    assert parsed.cells == expected.cells and kinds(parsed) == ["new-format"]


def test_format_3_is_converted(solved, release, expected):
    notebook = nbformat.convert(nbformat.reads(json.dumps(solved), 4), 3)
    parsed = hand_in(notebook, release)
    assert parsed.answers == expected.answers and "old-format" in kinds(parsed)


def test_no_metadata_of_the_student_is_kept(solved, release):
    solved["metadata"] = {"kernelspec": {"name": "evil"}, "celltoolbar": "x"}
    for entry in solved["cells"]:
        entry["metadata"]["tags"] = ["skip-execution"]
        entry["metadata"].setdefault("nbgrader", {})["points"] = 1e9
        entry["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "7.0"}]
    parsed = hand_in(solved, release)
    assert parsed.notebook.metadata == release.metadata
    for made, released in zip(parsed.notebook.cells, release.cells, strict=True):
        assert made.metadata == released.metadata and not made.get("outputs")


def test_the_release_is_not_changed(solved, release):
    before = nbformat.writes(release)
    parsed = hand_in(solved, release)
    for made in parsed.notebook.cells:
        made.metadata["tags"] = ["changed"]
    parsed.notebook.metadata["x"] = 1
    parsed.notebook.metadata.kernelspec["name"] = "y"
    assert nbformat.writes(release) == before


def test_pictures_in_words_stay_and_other_attachments_go(course):
    lesson = lessons.find("12")
    release = read_notebook(course.student(lesson))
    notebook = json.loads(nbformat.writes(release))
    at = next(i for i, c in enumerate(notebook["cells"]) if c["id"] == "my_diagnosis")
    notebook["cells"][at]["attachments"] = {"a": {"image/png": "QQ=="}, "b": {"text/html": "x"}}
    parsed = hand_in(notebook, release)
    assert parsed.notebook.cells[at].attachments == {"a": {"image/png": "QQ=="}}
    assert parsed.cells[at].kind == "markdown" and "my_diagnosis" in parsed.answers


def older(notebook):
    notebook["nbformat_minor"] = 0
    for entry in notebook["cells"]:
        del entry["id"]


def stripped(notebook):
    older(notebook)
    for entry in notebook["cells"]:
        entry["metadata"] = {}


def windows(notebook):
    for entry in notebook["cells"]:
        entry["source"] = "".join(entry["source"]).replace("\n", "\r\n")


def listed(notebook):
    for entry in notebook["cells"]:
        entry["source"] = "".join(entry["source"]).splitlines(keepends=True)


def widgets(notebook):
    state = {"version_major": 2, "state": {"m": {"model_name": "X", "state": {}}}}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": state}


def web(notebook):
    for position, entry in enumerate(notebook["cells"]):
        entry["metadata"] = {"id": f"aB{position}", "colab": {"base_uri": "x"}, "outputId": "y"}
        entry["id"] = f"aB{position}"


@pytest.mark.parametrize("change", [older, stripped, windows, listed, widgets, web])
def test_other_front_ends(solved, release, expected, change):
    change(solved)
    assert hand_in(solved, release).cells == expected.cells


def test_extra_cells_stay_where_they_are(solved, release, expected):
    extra = one_cell("h = 1")["cells"][0]
    solved["cells"] = [extra, *solved["cells"], {**extra, "cell_type": "markdown"}]
    parsed = hand_in(solved, release)
    assert parsed.cells[1:-1] == expected.cells and parsed.problems == ()
    ends = parsed.cells[0], parsed.cells[-1]
    assert [(c.role, c.source) for c in ends] == [("student", "h = 1")] * 2


def test_an_answer_split_in_two(solved, release, expected):
    at = next(i for i, c in enumerate(solved["cells"]) if c["id"] == "sigmoid")
    whole = solved["cells"][at]
    first = {**whole, "id": "new", "source": "def helper(z):\n    return -z"}
    solved["cells"].insert(at, first)
    parsed = hand_in(solved, release)
    assert parsed.answers == expected.answers and kinds(parsed) == ["duplicate-cell"]
    assert parsed.cells[at].source == first["source"] and parsed.cells[at].role == "student"
