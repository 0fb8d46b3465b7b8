"""Where a summary comes from: the records of a lesson and the answers that wait, read from the
gradebook's database while others may write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Assignment, Grade, GradeCell, SubmittedAssignment
from nbgrader.api import SubmittedNotebook as Submitted
from sqlalchemy import create_engine, func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from vegrad_course.errors import Refusal
from vegrad_course.grading import tables
from vegrad_course.grading.database import book_name, explained, parse
from vegrad_course.grading.record import Graded
from vegrad_course.grading.summary import Summary, summarise


def read_summary(db_url: str, lesson: str) -> Summary:
    """The summary of a lesson that `vegrad grade` has graded."""
    with _reading(db_url) as (db, book):
        if not inspect(db.get_bind()).has_table(tables.record.name):
            raise _nothing(book, lesson)
        summary = summarise(lesson, _records(db, lesson), _waiting(db, lesson))
    if not summary.number:
        raise _nothing(book, lesson)
    return summary


def read_marks(db_url: str, lesson: str) -> dict[tuple[str, str], float]:
    """The marks that the grader gave: one for each student and exercise."""
    with _reading(db_url) as (db, book):
        kept = _records(db, lesson) if inspect(db.get_bind()).has_table(tables.record.name) else ()
        marks = {(graded.student, v.name): v.score for graded in kept for v in graded.verdicts}
    if not marks:
        raise _nothing(book, lesson)
    return marks


def _nothing(book: str, lesson: str) -> Refusal:
    return Refusal(f"A summary needs graded work: {book} has no record of {lesson}. "
                   f"Grade it first: vegrad grade {lesson}")  # fmt: skip


@contextmanager
def _reading(db_url: str) -> Iterator[tuple[Session, str]]:
    url = parse(db_url)
    book = book_name(url)
    if url.get_backend_name() == "sqlite" and not Path(book).is_file():
        raise Refusal(f"There is no gradebook {book}. Grade first: vegrad grade LESSON")
    with explained(url), Session(create_engine(url, poolclass=NullPool)) as db:
        yield db, book


def _records(db: Session, lesson: str) -> Iterator[Graded]:
    """One record at a time, each without its notebook."""
    for student in tables.kept(db, lesson):
        yield tables.find(db, student, lesson)


def _waiting(db: Session, lesson: str) -> dict[str, int]:
    """How many answers of each student have no mark yet and are for a person to mark."""
    rows = (
        select(SubmittedAssignment.student_id, func.count())
        .select_from(Grade)
        .join(Submitted, Grade.notebook_id == Submitted.id)
        .join(SubmittedAssignment, Submitted.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(GradeCell, Grade.cell_id == GradeCell.id)
        .where(Assignment.name == lesson, Grade.auto_score.is_(None))
        .where(Grade.manual_score.is_(None), GradeCell.max_score > 0)
        .group_by(SubmittedAssignment.student_id)
    )
    return {student: count for student, count in db.execute(rows)}
