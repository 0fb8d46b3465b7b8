"""A synthetic class: students whose answers, and so whose marks, are known."""

import csv
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.authoring.release import register
from vegrad_course.authoring.source import SourceCell, read
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import mark
from vegrad_course.exercises.model import Exercise
from vegrad_course.lessons import Lesson

FIRST_MISTAKEN = 4  # the students before are right, half done, untouched, and right in another way
COLUMNS = ("student_id", "exercise", "score", "max_score")


@dataclass(frozen=True)
class Student:
    """One student: the text of each answer cell, and the score that each exercise must get."""

    id: str
    answers: dict[str, str]
    scores: dict[str, float]


def write_class(course: Course, lesson: Lesson, students: int) -> list[Student]:
    """Write `submitted/<student>/<lesson>/` for each student, and `demo-class.csv`."""
    if students < 1:
        raise Refusal(f"A class has at least one student; got {students}. Try --students 12.")
    import torch  # noqa: F401  (before any answer's time begins to run)

    everyone = list(_students(course, lesson, students))
    try:
        for student in everyone:
            _submit(course, lesson, student)
        _write_csv(course.root / "demo-class.csv", everyone)
        register(course, lesson)
    except OSError as error:
        where = error.filename or course.root
        raise Refusal(f"Cannot write {where}: {error.strerror}. Make it writable.") from None
    return everyone


def enough_for_all_mistakes(lesson: Lesson) -> int:
    """The smallest class in which every known mistake of the lesson is made."""
    return FIRST_MISTAKEN + max(len(e.misconceptions) for e in registry.of_lesson(lesson.number))


def due_marks(course: Course) -> dict[tuple[str, str], float]:
    """What `demo-class.csv` says: the score for each student and exercise."""
    path = course.root / "demo-class.csv"
    if not path.is_file():
        raise Refusal(f"There is no {path}. Make a class first: vegrad demo-class --lesson 02")
    with path.open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {(row["student_id"], row["exercise"]): float(row["score"]) for row in rows}


def _students(course: Course, lesson: Lesson, count: int) -> Iterator[Student]:
    """In turn: all right, half done, untouched, another right way, then one mistake after another.

    Student k of the mistaken makes mistake k of every exercise, so a few show them all. The first
    also answers in words; these answers wait for a person, and are no part of the scores.
    """
    source = read(course.source(lesson))
    cells = {cell.exercise: cell for cell in source if cell.exercise}
    written = {cell.written: cell.solution() for cell in source if cell.written}
    exercises = [registry.find(name) for name in cells]
    for number in range(count):
        answers, scores = (dict(written) if number == 0 else {}), {}
        for place, exercise in enumerate(exercises):
            started = place < len(exercises) / 2
            text, scores[exercise.name] = _answer(exercise, cells[exercise.name], number, started)
            if text is not None:
                answers[exercise.name] = text
        yield Student(f"demo-{number + 1:03d}", answers, scores)


def _answer(
    exercise: Exercise, cell: SourceCell, number: int, started: bool
) -> tuple[str | None, float]:
    """The text of an answer cell (None leaves it untouched) and its score."""
    if number == 0 or (number == 1 and started):
        return cell.text, float(exercise.points)
    if number in (1, 2):
        return None, 0.0
    if number == 3:
        other = exercise.alternatives[0] if exercise.alternatives else None
        return (_text(exercise, other) if callable(other) else cell.text), float(exercise.points)
    known = exercise.misconceptions[(number - FIRST_MISTAKEN) % len(exercise.misconceptions)]
    return _text(exercise, known.wrong), mark(exercise, known.wrong).score


def _text(exercise: Exercise, answer: Any) -> str:
    """The source of an answer, under the name that the exercise asks for."""
    if not callable(answer):
        return f"import numpy as np\n\n{exercise.name} = {_literal(answer)}"
    source = inspect.getsource(answer)
    return source.replace(f"def {answer.__name__}(", f"def {exercise.name}(", 1)


def _literal(value: Any) -> str:
    return f"np.array({value.tolist()})" if hasattr(value, "tolist") else repr(value)


def _submit(course: Course, lesson: Lesson, student: Student) -> None:
    notebook = read_notebook(course.student(lesson))
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = student.answers.get(name, cell.source)
    path = course.root / "submitted" / student.id / lesson.id / f"{lesson.id}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def _write_csv(path: Path, students: list[Student]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for student in students:
            for name, score in student.scores.items():
                writer.writerow((student.id, name, score, float(registry.find(name).points)))
