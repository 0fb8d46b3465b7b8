"""A course of one lesson in a folder of its own, and graded submissions to write into it."""

import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.conftest import ROOT
from vegrad_course import lessons
from vegrad_course.authoring.course import Course
from vegrad_course.authoring.release import register
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import mark
from vegrad_course.exercises.plain import value
from vegrad_course.grading.answers import pack
from vegrad_course.grading.record import Graded, Submission
from vegrad_course.grading.verdict import verdict_of

LESSON = lessons.find("01")
EXERCISES = registry.of_lesson("01")
WRITTEN = lessons.find("12")
SEED = 77


def course_in(folder):
    """A course with lesson 01 registered in its gradebook."""
    shutil.copytree(_template(LESSON), folder, dirs_exist_ok=True)
    return folder


def course_with_written_answers_in(folder):
    shutil.copytree(_template(WRITTEN), folder, dirs_exist_ok=True)
    return folder


@cache
def _template(lesson):
    folder = Path(tempfile.mkdtemp())
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for kind in ("solutions", "notebooks"):
        shutil.copytree(ROOT / kind / lesson.id, folder / kind / lesson.id)
    shutil.copy(ROOT / "solutions" / f"{lesson.id}.py", folder / "solutions")
    register(Course(folder), lesson)
    return folder


def url(course):
    return f"sqlite:///{course}/gradebook.db"


def submission(student, timestamp="", data=b"{}"):
    return Submission(student, LESSON.id, data, timestamp)


def right(student="ada"):
    """Every exercise answered in its first known right way."""
    return graded(student, {e.name: e.alternatives[0] for e in EXERCISES if e.alternatives})


def mistaken(student="bob"):
    """Every exercise answered with its first known mistake."""
    return graded(student, {e.name: e.misconceptions[0].wrong for e in EXERCISES})


def untouched(student="eve"):
    return graded(student, {})


def graded(student, answers, seed=SEED):
    """Really marked: what is not answered is unanswered."""
    marks = {e.name: mark(e, answers.get(e.name, _nothing(e)), seed) for e in EXERCISES}
    verdicts = tuple(verdict_of(marks[e.name]) for e in EXERCISES)
    text = (ROOT / "solutions" / LESSON.id / f"{LESSON.id}.ipynb").read_text(encoding="utf-8")
    came = submission(student)
    return Graded(
        student, LESSON.id, came.digest, seed, verdicts, notebook=text, answers=pack(marks)
    )


def _nothing(exercise):
    def not_written(*inputs):
        raise NotImplementedError

    return ... if exercise.collect is value else not_written


def with_score(of, exercise, score):
    """The same record with another score for one exercise."""
    verdicts = (replace(v, score=score) if v.name == exercise else v for v in of.verdicts)
    return replace(of, verdicts=tuple(verdicts))
