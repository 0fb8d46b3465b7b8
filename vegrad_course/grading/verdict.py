"""From marks to what a student reads: the verdict of one exercise, and its check cell's output."""

from nbformat import NotebookNode
from nbformat.v4 import new_output

from vegrad_course.checking.report import Report
from vegrad_course.exercises.marking import Marks
from vegrad_course.grading.record import ExerciseVerdict


def verdict_of(marks: Marks) -> ExerciseVerdict:
    """The judge's word on one exercise: score, kind, and the report's findings as sentences."""
    exercise, known = marks.exercise, marks.misconception
    findings = Report(marks).findings
    text = "\n".join(f"{title}: {said}" for title, said in findings)
    return ExerciseVerdict(
        exercise.name,
        marks.score,
        float(exercise.points),
        _kind(marks),
        text,
        known.name if known else "",
    )


def check_output(marks: Marks) -> NotebookNode:
    """What the check cell shows: the card, and the score alone as text, as nbgrader reads it."""
    report = Report(marks)
    data = {"text/plain": repr(report), "text/html": report._repr_html_()}
    return new_output("execute_result", data, execution_count=None)


def _kind(marks: Marks) -> str:
    failure = marks.first_failure
    if failure is None:
        return "passed"
    return "partial" if marks.share > 0 else failure.verdict.kind
