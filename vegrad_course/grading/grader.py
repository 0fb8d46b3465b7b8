"""Grading one submission, from its bytes to a record. Nothing here writes to disk."""

import time
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from vegrad_course import lessons
from vegrad_course.checking.card import block, card
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import in_points
from vegrad_course.exercises.model import Exercise
from vegrad_course.grading.answers import pack
from vegrad_course.grading.judging import Judged, judge_cells
from vegrad_course.grading.outputs import harmless
from vegrad_course.grading.record import ExerciseVerdict, Graded, Problem, Submission
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.sandbox import Sandbox
from vegrad_course.grading.submission import Parsed, parse
from vegrad_course.grading.verdict import check_output, verdict_of

CHECK = "check-"


def grade(submission: Submission, release: NotebookNode, rules: Rules, sandbox: Sandbox) -> Graded:
    """The record of one submission. Whatever came in, there is a verdict on every exercise.

    `release` is the student notebook that was handed out. The same submission and seed give the
    same record, but for the seconds that it took.
    """
    begun = time.monotonic()
    lesson = lessons.find(submission.lesson)
    parsed = parse(submission, release)
    judged = judge_cells(parsed.cells, lesson.number, rules, sandbox)
    verdicts = tuple(_verdict(exercise, judged) for exercise in registry.of_lesson(lesson.number))
    return Graded(
        student=submission.student,
        lesson=submission.lesson,
        digest=submission.digest,
        seed=rules.seed,
        verdicts=verdicts,
        problems=parsed.problems,
        untouched=tuple(_untouched(parsed, release)),
        notebook=nbformat.writes(_filed(parsed, judged, verdicts), indent=1, sort_keys=True) + "\n",
        answers=pack(judged.marks),
        protection="unsafe" if sandbox.without else "sandbox",
        seconds=time.monotonic() - begun,
    )


def _untouched(parsed: Parsed, release: NotebookNode) -> Iterator[str]:
    """The answers in words that the student left as they were handed out, or took out."""
    for cell in release.cells:
        graded = cell.metadata.get("nbgrader", {})
        if graded.get("grade") and graded.get("solution"):
            name = graded["grade_id"]
            if parsed.answers.get(name, cell.source).strip() == cell.source.strip():
                yield name


def _verdict(exercise: Exercise, judged: Judged) -> ExerciseVerdict:
    if exercise.name in judged.marks:
        return verdict_of(judged.marks[exercise.name])
    lost = judged.lost[exercise.name]
    return ExerciseVerdict(exercise.name, 0.0, float(exercise.points), lost.kind, lost.text)


def _filed(parsed: Parsed, judged: Judged, verdicts: tuple[ExerciseVerdict, ...]) -> NotebookNode:
    """The notebook as it is kept: the cells' outputs, and the judge's card under each check."""
    notebook, by_name = parsed.notebook, {verdict.name: verdict for verdict in verdicts}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.outputs = [safe_output(output) for output in judged.outputs.get(place, [])]
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if name.startswith(CHECK) and (verdict := by_name.get(name.removeprefix(CHECK))):
            cell.outputs = [_card(verdict, judged)]
    if parsed.problems:
        notebook.cells.insert(0, _noticed(parsed.problems))
    return notebook


def _card(verdict: ExerciseVerdict, judged: Judged) -> NotebookNode:
    if verdict.name in judged.marks:
        return check_output(judged.marks[verdict.name])
    headline = f"{verdict.name}: no marks, {in_points(verdict.score, verdict.points)}"
    shown = card(headline, block("What happened", verdict.text), "failed")
    data = {"text/plain": repr(verdict.score), "text/html": shown}
    return new_output("execute_result", data, execution_count=None)


def _noticed(problems: tuple[Problem, ...]) -> NotebookNode:
    lines = [f"- {problem.text}" for problem in problems]
    text = "\n".join(["**What the grader noticed about this notebook**", "", *lines])
    return new_markdown_cell(text, id="what-the-grader-noticed")


def safe_output(output: dict[str, Any]) -> NotebookNode:
    """An output of student code in nbformat's form, harmless for whoever looks at it."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=str(output.get("text", "")))
    if kind == "error":
        ename, evalue = str(output.get("ename", "")), str(output.get("evalue", ""))
        return new_output("error", ename=ename, evalue=evalue, traceback=[f"{ename}: {evalue}"])
    data = output.get("data")
    texts = {str(k): v for k, v in data.items() if type(v) is str} if type(data) is dict else {}
    return harmless(new_output("display_data", texts))
