"""Lesson sources: what is read, and what is refused in one line."""

import shutil

import pytest

from tests.conftest import ROOT
from vegrad_course import lessons
from vegrad_course.authoring import build
from vegrad_course.authoring.course import Course
from vegrad_course.errors import Refusal

WELCOME = (ROOT / "solutions" / "00_welcome.py").read_text(encoding="utf-8")
lesson = lessons.find("00")


@pytest.fixture
def own(tmp_path):
    """A course of one lesson that a test may write."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "00_welcome.py").write_text(WELCOME, encoding="utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return Course(tmp_path)


def change(own, old, new):
    assert old in WELCOME
    own.source(lesson).write_text(WELCOME.replace(old, new), encoding="utf-8")


BROKEN = [
    ('# %% exercise="double"', '# %% exercize="double"', "unknown marker 'exercize'. Did you mean"),
    ('# %% check="double"', '# %% check="doubel"', "'doubel' is not an exercise of this lesson"),
    ('# %% check="double"', "# %%", 'no cell marked check="double"'),
    ("    ### BEGIN SOLUTION\n", "", "has 0 `### BEGIN SOLUTION` and 1"),
    ("    ### END SOLUTION\n", "", "1 `### BEGIN SOLUTION` and 0"),
    ('# %% exercise="double"', "# %%", "a solution outside an exercise cell"),
    ("check(double)", "double(3)", "must end with `check(double)`"),
    ("hint(", "hint((", "Fix the Python"),
    ("Shift + Enter", "return 2 * x then", "leaks into the student notebook"),
    ("# %%\nprogress()", '# %% check="double"\ncheck(double)', "'check-double' is used twice"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN, ids=[b[2][:24] for b in BROKEN])
def test_a_broken_source_is_refused_and_nothing_is_written(own, old, new, words):
    if "leaks" in words:
        change(own, "return 2 * x\n", "return np.multiply(2, x)\n")
        text = own.source(lesson).read_text().replace(old, "return np.multiply(2, x)")
        own.source(lesson).write_text(text)
    else:
        change(own, old, new)
    with pytest.raises(Refusal) as refused:
        build.build(own, (lesson,))
    assert words in str(refused.value)
    assert "00_welcome" in str(refused.value)
    assert not own.student(lesson).exists() and not own.instructor(lesson).exists()


def test_an_exercise_without_a_misconception_is_refused(own, monkeypatch):
    from dataclasses import replace

    from vegrad_course.exercises import registry

    bare = replace(registry.find("double"), misconceptions=())
    monkeypatch.setattr(registry, "_load", lambda name: bare)
    with pytest.raises(Refusal, match="has no misconception"):
        build.build(own, (lesson,))


def test_two_builds_give_the_same_bytes(own):
    first = build.built(own, lesson)
    assert first == build.built(own, lesson)
    assert build.build(own, (lesson,)) == [own.instructor(lesson), own.student(lesson)]
    assert build.build(own, (lesson,)) == []
    assert build.stale(own, (lesson,)) == []


def test_a_stale_notebook_shows_its_difference(own):
    build.build(own, (lesson,))
    change(own, "five minutes", "six minutes")
    diffs = build.stale(own, (lesson,))
    assert len(diffs) == 2
    assert "notebooks/00_welcome/00_welcome.ipynb (on disk)" in diffs[1]
    assert "six minutes" in diffs[1]


def test_a_stray_file_in_a_student_folder_is_refused(own):
    build.build(own, (lesson,))
    (own.student(lesson).parent / "answers.txt").write_text("return 2 * x")
    with pytest.raises(Refusal, match="answers.txt"):
        build.stale(own, (lesson,))


def test_a_folder_that_cannot_be_written_is_one_line(own):
    (own.root / "notebooks").write_text("a file where a folder should be")
    with pytest.raises(Refusal, match="Cannot write"):
        build.build(own, (lesson,))


def test_cells_that_use_an_answer_let_run_all_go_on(own):
    import nbformat

    build.build(own, (lesson,))
    student = nbformat.read(own.student(lesson), as_version=4)
    tagged = [cell.id for cell in student.cells if "tags" in cell.metadata]
    assert tagged == ["double", "check-double"]
