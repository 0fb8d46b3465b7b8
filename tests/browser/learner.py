"""What a learner types in a lesson: the exercise's own wrong answer, then the right one."""

import re
from dataclasses import dataclass
from typing import Any

import torch  # noqa: F401  (before any answer's time begins to run)

from tests.conftest import ROOT
from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.authoring.source import read
from vegrad_course.demo_class import _text
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import Marks, in_points, mark
from vegrad_course.exercises.model import Exercise, Misconception
from vegrad_course.lessons import Lesson

COURSE = Course(ROOT)


@dataclass(frozen=True)
class Question:
    """The first exercise of a lesson: a known mistake, what its card must say, the right answer."""

    exercise: Exercise
    wrong: str
    message: str
    numbers: str
    right: str

    @property
    def passed(self) -> str:
        """The headline of the right answer's card."""
        points = self.exercise.points
        worth = f", {in_points(points, points)}" if points else ""
        return plain(f"{self.exercise.name}: all right{worth}")


def question(lesson: Lesson) -> Question:
    """Everything is asked of the exercise itself, so that it stands nowhere twice."""
    cell = next(cell for cell in read(COURSE.source(lesson)) if cell.exercise)
    exercise = registry.find(cell.exercise)
    known, marks = mistake(exercise)
    failure = marks.first_failure
    assert failure and re.search(r"\d", failure.verdict.problem)
    right = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", cell.text).rstrip()
    return Question(
        exercise, _text(exercise, known.wrong), known.message, failure.verdict.problem, right
    )


def mistake(exercise: Exercise) -> tuple[Misconception, Marks]:
    """The first known mistake whose answer comes to a value, as a card quotes it."""
    everything = ((known, mark(exercise, known.wrong)) for known in exercise.misconceptions)
    return next(
        (known, marks)
        for known, marks in everything
        if marks.first_failure and marks.first_failure.verdict.kind == "value"
    )


def code_cells(lesson: Lesson) -> list[Any]:
    """The code cells of the student notebook."""
    return [
        cell for cell in read_notebook(COURSE.student(lesson)).cells if cell.cell_type == "code"
    ]


def first_cells(lesson: Lesson) -> list[str]:
    """The ids of the code cells down to the imports."""
    ids = [cell.id for cell in code_cells(lesson)]
    imports = next(c.id for c in code_cells(lesson) if "from vegrad_course import" in c.source)
    return ids[: ids.index(imports) + 1]


def cell_with(lesson: Lesson, start: str) -> str:
    """The id of the first code cell that starts so."""
    return next(cell.id for cell in code_cells(lesson) if cell.source.startswith(start))


def plain(text: str) -> str:
    """Words to compare: in one line, without the marks of code, in small letters."""
    return " ".join(text.replace("`", "").split()).casefold()
