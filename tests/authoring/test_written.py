"""Answers in words: released without the model answer, and left to a person to mark."""

import shutil
import subprocess

import nbformat
import pytest

from tests.conftest import ROOT
from vegrad_course import lessons
from vegrad_course.authoring import build
from vegrad_course.authoring.course import Course
from vegrad_course.errors import Refusal
from vegrad_course.proof.notebooks import run_notebook
from vegrad_course.proof.verify import verify_notebooks

MODEL = "Doubling adds a number to itself, so the result grows by as much again."
WRITTEN = f"""
# %% [markdown]
# **Rubric**, one point each: the rule is told; an example is given.

# %% [markdown] written="my_words" points=2
# ### BEGIN SOLUTION
# {MODEL}
# ### END SOLUTION
"""
WELCOME = (ROOT / "solutions" / "00_welcome.py").read_text(encoding="utf-8")
lesson = lessons.find("00")


@pytest.fixture
def own(tmp_path):
    """A course of one lesson, which asks for an answer in words."""
    (tmp_path / "solutions").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = Course(tmp_path)
    course.source(lesson).write_text(WELCOME + WRITTEN, encoding="utf-8")
    return course


def cell_of(path):
    cells = nbformat.read(path, as_version=4).cells
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "my_words")


def test_the_release_asks_for_words_and_holds_no_model_answer(own):
    build.build(own, (lesson,))
    asked, kept = cell_of(own.student(lesson)), cell_of(own.instructor(lesson))
    assert MODEL in kept.source
    assert MODEL not in own.student(lesson).read_text("utf-8")
    assert asked.cell_type == "markdown" and "YOUR ANSWER HERE" in asked.source
    facts = asked.metadata.nbgrader
    assert (facts.grade, facts.solution, facts.locked, facts.task) == (True, True, False, False)
    assert facts.points == 2.0 and facts.schema_version == 3
    shown = [c.source for c in nbformat.read(own.student(lesson), as_version=4).cells]
    assert "Rubric" in shown[-2]


def test_the_proof_of_the_notebooks_leaves_words_to_a_person(own):
    build.build(own, (lesson,))
    assert run_notebook(own.instructor(lesson)).scores.keys() == {"double"}
    assert verify_notebooks(own, lesson) == []


@pytest.mark.slow
def test_a_person_marks_it_and_the_mark_stays(own):
    from nbgrader.api import Gradebook

    build.build(own, (lesson,))
    for student, words in (("ann", "Twice is the number and the number again."), ("bo", None)):
        submit(own, student, words)
    autograde(own)
    with Gradebook(f"sqlite:///{own.root}/gradebook.db", "vegrad") as book:
        waiting, empty = (grade_of(book, student) for student in ("ann", "bo"))
        assert waiting.auto_score is None and waiting.needs_manual_grade
        assert empty.auto_score == 0 and not empty.needs_manual_grade
        waiting.manual_score = 1.5
        book.db.commit()
    autograde(own, "--force")
    with Gradebook(f"sqlite:///{own.root}/gradebook.db", "vegrad") as book:
        assert grade_of(book, "ann").manual_score == 1.5
        assert grade_of(book, "ann").score == 1.5


def submit(own, student, words):
    notebook = nbformat.read(own.student(lesson), as_version=4)
    if words:
        notebook.cells[-1].source = words
    path = own.root / "submitted" / student / lesson.id / f"{lesson.id}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def autograde(own, *options):
    from vegrad_course.authoring.release import register

    register(own, lesson)
    command = ["nbgrader", "autograde", lesson.id, *options]
    done = subprocess.run(command, cwd=own.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def grade_of(book, student):
    return book.find_grade("my_words", lesson.id, lesson.id, student)


def test_a_demo_class_holds_one_answer_that_waits_for_a_person(own):
    from vegrad_course.demo_class import write_class

    build.build(own, (lesson,))
    first, second = write_class(own, lesson, 2)
    assert first.answers["my_words"].strip() == MODEL
    assert "my_words" not in second.answers and "my_words" not in first.scores


MARKER = '# %% [markdown] written="my_words" points=2'
BROKEN = [
    (MARKER, '# %% [markdown] written="my_words"', "points above 0"),
    (MARKER, '# %% [markdown] written="my_words" points="two"', "points='two'"),
    (MARKER, '# %% [markdown] writen="my_words" points=2', "Did you mean 'written'"),
    ("**Rubric**", "**Marks**", "hold its rubric"),
    ("# ### END SOLUTION\n", "", "1 `### BEGIN SOLUTION` and 0"),
    ("one point each", MODEL, "leaks into the student notebook"),
    ('written="my_words"', 'written="double"', "'double' is used twice"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN, ids=[b[2][:20] for b in BROKEN])
def test_a_broken_marker_is_refused(own, old, new, words):
    assert old in WRITTEN
    text = WELCOME + WRITTEN.replace(old, new)
    own.source(lesson).write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        build.build(own, (lesson,))
    assert words in str(refused.value)
    assert not own.student(lesson).exists()
