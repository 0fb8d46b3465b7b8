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
    with pytest.raises(Refusal, match=r"answers\.txt"):
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


def test_a_new_lesson_works_before_it_is_changed(tmp_path):
    """The five commands of CONTRIBUTING, in a copy of the course."""
    import subprocess
    import sys

    for folder in ("solutions", "notebooks", "vegrad_course"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)

    def vegrad(*arguments):
        code = f"import sys; sys.path.insert(0, '.'); sys.argv[1:] = {arguments}; "
        code += "from vegrad_course.cli import main; main()"
        import os

        env = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    first = vegrad("new", "77_attention", "--title", "Attention", "--exercise", "softmax_slope")
    assert "wrote solutions/77_attention.py" in first
    assert "wrote notebooks/77_attention/77_attention.ipynb" in vegrad("build", "77")
    assert "0 misses" in vegrad("verify", "77")
    assert "6 students" in vegrad("demo-class", "--lesson", "77", "--students", "6")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Attention", "t", "softmax_slope"), "called like 13_attention"),
        (("01_again", "t", "softmax_slope"), "is there already"),
        (("77_x", "t", "sigmoid"), "needs a new name"),
    ],
)
def test_a_new_lesson_overwrites_nothing(own, arguments, words):
    from vegrad_course.authoring.new import begin_lesson

    (own.root / "vegrad_course" / "exercises" / "lesson_01").mkdir(parents=True)
    with pytest.raises(Refusal, match=words):
        begin_lesson(own, *arguments)
