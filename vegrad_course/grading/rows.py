"""nbgrader's own rows for one submission, filled as its autograder fills them.

Manual scores, extra credit and manual comments belong to people: nothing here writes them.
"""

import re
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.orm import Session

from vegrad_course.errors import Refusal
from vegrad_course.grading.record import ExerciseVerdict, Graded

CHECK, NO_RESPONSE = "check-", "No response."
AMBIGUOUS = re.compile(r"[\\$]|``")  # where Markdown may see code in other places than we do


def fill(
    db: Session, graded: Graded, when: datetime | None, penalties: AssignLatePenalties
) -> None:
    """Write the marks and comments of one submission into the session. Nothing is committed."""
    notebook = _notebook(db, graded.lesson)
    _row(db, Student, id=graded.student)
    whole = _row(
        db, SubmittedAssignment, assignment_id=notebook.assignment_id, student_id=graded.student
    )
    whole.timestamp = when or whole.timestamp
    submitted = _row(db, SubmittedNotebook, notebook_id=notebook.id, assignment_id=whole.id)
    verdicts = {verdict.name: verdict for verdict in graded.verdicts}
    for cell, grade in _rows_of_cells(db, submitted, GradeCell, Grade):
        verdict = verdicts.get(cell.name.removeprefix(CHECK))
        _fill_grade(grade, cell, verdict, cell.name in graded.untouched)
    for cell, comment in _rows_of_cells(db, submitted, SolutionCell, Comment):
        silent = cell.name in graded.untouched
        comment.auto_comment = NO_RESPONSE if silent else comment_of(verdicts.get(cell.name))
    db.flush()
    _penalise(submitted, penalties)


def comment_of(verdict: ExerciseVerdict | None) -> str | None:
    """What the feedback page says under an answer: Markdown, one paragraph a line, without HTML."""
    if verdict is None:
        return None
    if verdict.kind == "unanswered":
        return NO_RESPONSE
    lines = verdict.text.replace("\0", "\N{REPLACEMENT CHARACTER}").splitlines()
    return "\n\n".join(map(_inert, lines)) or None


def _inert(line: str) -> str:
    """A line in which no tag begins. `code` stays as it is: Markdown escapes it."""
    pieces = [line] if AMBIGUOUS.search(line) else re.split(r"(`[^`]+`)", line)
    code = pieces[1::2]
    words = [piece.replace("&", "&amp;").replace("<", "&lt;") for piece in pieces[::2]]
    return "".join(a + b for a, b in zip(words, [*code, ""], strict=True))


def _fill_grade(grade: Any, cell: Any, verdict: ExerciseVerdict | None, untouched: bool) -> None:
    """A cell without a verdict (an answer in words) waits for a person, unless it is untouched."""
    if verdict is not None and verdict.points != cell.max_score:
        raise Refusal(
            f"The gradebook gives {cell.name} {cell.max_score:g} points, the exercise "
            f"{verdict.points:g}. Register the lesson anew: `nbgrader generate_assignment --force`."
        )
    score = verdict.score if verdict else 0.0 if untouched else None
    grade.auto_score = None if score is None else float(score)
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def _penalise(submitted: Any, penalties: AssignLatePenalties) -> None:
    """As nbgrader's AssignLatePenalties does, with the plugin that the course chose."""
    submitted.late_submission_penalty = None
    late = submitted.assignment.total_seconds_late
    if late > 0:
        who = submitted.assignment.student_id
        penalty = penalties.plugin_inst.late_submission_penalty(who, submitted.score, late)
        if penalty is not None:
            submitted.late_submission_penalty = penalties._check_late_penalty(submitted, penalty)


def is_registered(db: Session, lesson: str) -> bool:
    return _find_notebook(db, lesson) is not None


def _find_notebook(db: Session, lesson: str) -> Any:
    found = db.query(Notebook).join(Assignment).filter(Assignment.name == lesson)
    return found.filter(Notebook.name == lesson).one_or_none()


def _notebook(db: Session, lesson: str) -> Any:
    notebook = _find_notebook(db, lesson)
    if notebook is None:
        raise Refusal(
            f"The gradebook does not know {lesson}. "
            f"Register it: `nbgrader generate_assignment {lesson} --force`."
        )
    return notebook


def _rows_of_cells(db: Session, submitted: Any, cells: Any, kind: Any) -> list[tuple[Any, Any]]:
    """Each cell of the lesson with the submission's row for it, made where it is missing."""
    rows = {row.cell_id: row for row in db.query(kind).filter_by(notebook_id=submitted.id)}
    known = db.query(cells).filter_by(notebook_id=submitted.notebook_id).all()
    for cell in known:
        if cell.id not in rows:
            rows[cell.id] = kind(cell_id=cell.id, notebook_id=submitted.id)
            db.add(rows[cell.id])
    return [(cell, rows[cell.id]) for cell in known]


def _row(db: Session, kind: Any, **keys: str) -> Any:
    row = db.query(kind).filter_by(**keys).one_or_none()
    if row is None:
        row = kind(**keys)
        db.add(row)
        db.flush()
    return row
