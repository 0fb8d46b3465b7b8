"""Judging stored answers again, after a change of rubric or tolerance. No student code runs."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat

from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import Marks, cases_of, marks_of
from vegrad_course.exercises.model import Exercise
from vegrad_course.exercises.variants import variant
from vegrad_course.grading import secret
from vegrad_course.grading.answers import Malformed, StoredCase, inputs_digest, unpack
from vegrad_course.grading.filing import file_notebook, filed_notebook, filed_timestamp
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.record import Graded
from vegrad_course.grading.rows import CHECK
from vegrad_course.grading.verdict import check_output, verdict_of
from vegrad_course.lessons import Lesson

NOTHING_STORED = "no answers are stored"
OTHER_CASES = "the exercise asks other questions now"
TOO_LARGE = "the answer was too large to store"


@dataclass(frozen=True)
class Change:
    """One exercise of one student whose score is another now."""

    student: str
    exercise: str
    before: float
    after: float


@dataclass(frozen=True)
class Again:
    """One exercise of one student that can only be graded again. It is kept as it was."""

    student: str
    exercise: str
    why: str


@dataclass
class Regraded:
    """What judging a lesson again has changed. `reworded` counts equal scores with a new text."""

    records: int = 0
    changes: list[Change] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)
    reworded: int = 0


def regrade(writer: Writer, course_root: Path, lesson: Lesson, dry_run: bool = False) -> Regraded:
    """Judge every record of a lesson again, and write those that differ, one by one."""
    found, keys = Regraded(), secret.load(course_root)
    for graded in writer.records(lesson.id):
        key = keys.of(graded.student)
        exercises = tuple(variant(e, key) for e in registry.of_lesson(lesson.number))
        judged, again = judge_again(graded, exercises)
        verdicts = {name: verdict_of(marks) for name, marks in judged.items()}
        new = tuple(verdicts.get(verdict.name, verdict) for verdict in graded.verdicts)
        _note(found, graded, replace(graded, verdicts=new), again)
        if new != graded.verdicts and not dry_run:
            _write(writer, course_root, replace(graded, verdicts=new), judged)
    return found


def judge_again(
    graded: Graded, exercises: tuple[Exercise, ...]
) -> tuple[dict[str, Marks], list[Again]]:
    """The new marks of each exercise, and those that stored answers cannot tell."""
    judged, again = {}, []
    try:
        stored = unpack(graded.answers)
    except Malformed as error:
        return {}, [Again(graded.student, exercise.name, str(error)) for exercise in exercises]
    for exercise in exercises:
        marks = _marks(exercise, graded.seed, stored.get(exercise.name))
        if isinstance(marks, Marks):
            judged[exercise.name] = marks
        else:
            again.append(Again(graded.student, exercise.name, marks))
    return judged, again


def _marks(exercise: Exercise, seed: int, stored: list[StoredCase] | None) -> Marks | str:
    """New marks from stored outputs, or why there can be none."""
    if stored is None:
        return NOTHING_STORED
    cases = cases_of(exercise, seed)
    if [inputs_digest(case) for case in cases] != [case.digest for case in stored]:
        return OTHER_CASES
    outputs = [case.outputs for case in stored if case.outputs is not None]
    if len(outputs) != len(cases):
        return TOO_LARGE
    return marks_of(exercise, zip(cases, outputs, strict=True))


def _note(found: Regraded, before: Graded, after: Graded, again: list[Again]) -> None:
    found.records += 1
    found.again += again
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if old.score != new.score:
            found.changes.append(Change(before.student, old.name, old.score, new.score))
        elif old != new:
            found.reworded += 1


def _write(writer: Writer, root: Path, graded: Graded, judged: dict[str, Marks]) -> None:
    """The filed notebook's check cells show the new marks; then the gradebook does."""
    path = filed_notebook(root, graded.student, graded.lesson)
    if path.is_file():
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name.startswith(CHECK) and name.removeprefix(CHECK) in judged:
                cell.outputs = [check_output(judged[name.removeprefix(CHECK)])]
        text = nbformat.writes(notebook) + "\n"
        file_notebook(root, replace(graded, notebook=text), filed_timestamp(path.parent))
    writer.write(graded)
