"""Two tables of ours beside nbgrader's: what was graded from which bytes, and the runs.

nbgrader does not look at them, and its migrations leave them alone.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime

from nbgrader.api import Assignment, SubmittedAssignment
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from vegrad_course.errors import Refusal
from vegrad_course.grading.record import Graded, from_bytes, to_bytes

MOST_SEED = 2**63 - 1
metadata = MetaData()

record = Table(
    "vegrad_record",
    metadata,
    Column("student", String(128), primary_key=True),
    Column("lesson", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("protection", String(32), nullable=False),
    Column("graded", LargeBinary, nullable=False),
    Column("answers", LargeBinary, nullable=False),
)

run = Table(
    "vegrad_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lesson", String(128), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("begun", DateTime, nullable=False),
    Column("ended", DateTime),
)


def keep(db: Session, graded: Graded) -> None:
    """Put the record of one submission in the place of an earlier one.

    The notebook stands in `autograded/`, the answers in a column of their own, and how long it
    took is no part of what was found: the same submission and seed give the same row.
    """
    bare = to_bytes(replace(graded, notebook="", answers=b"", seconds=0.0))
    same = {name: getattr(graded, name) for name in ("digest", "seed", "protection", "answers")}
    db.execute(delete(record).where(_is(graded.student, graded.lesson)))
    db.execute(
        insert(record).values(student=graded.student, lesson=graded.lesson, graded=bare, **same)
    )


def kept(db: Session, lesson: str) -> list[str]:
    """The students whose submissions of a lesson are recorded, sorted."""
    return sorted(db.scalars(select(record.c.student).where(record.c.lesson == lesson)))


def find(db: Session, student: str, lesson: str) -> Graded:
    """A record, its answers included. Its notebook is empty: that stands in `autograded/`."""
    row = db.execute(select(record).where(_is(student, lesson))).one()
    return replace(from_bytes(row.graded), answers=row.answers)


def digest(db: Session, student: str, lesson: str) -> str | None:
    """The digest of the submission that was graded, where nbgrader still holds its marks."""
    marks = (
        select(SubmittedAssignment.id)
        .join(Assignment)
        .where(Assignment.name == lesson, SubmittedAssignment.student_id == student)
    )
    return db.scalar(select(record.c.digest).where(_is(student, lesson), marks.exists()))


def begin(db: Session, lesson: str, seed: int | None) -> int:
    """The seed of this run: the one asked for, that of an interrupted run, or a new secret."""
    if seed is not None and not 0 <= seed <= MOST_SEED:
        raise Refusal(f"A seed is a whole number from 0 to {MOST_SEED}: got {seed}. Leave it out.")
    open_run = select(run.c.seed).where(run.c.lesson == lesson, run.c.ended.is_(None))
    earlier = db.scalar(open_run)
    if earlier is not None and seed in (None, earlier):
        return earlier
    end(db, lesson)
    seed = secrets.randbelow(MOST_SEED) if seed is None else seed
    db.execute(insert(run).values(lesson=lesson, seed=seed, begun=_now()))
    return seed


def end(db: Session, lesson: str) -> None:
    """Mark the lesson's open run as finished."""
    here = (run.c.lesson == lesson, run.c.ended.is_(None))
    db.execute(update(run).where(*here).values(ended=_now()))


def _is(student: str, lesson: str) -> ColumnElement[bool]:
    return (record.c.student == student) & (record.c.lesson == lesson)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
