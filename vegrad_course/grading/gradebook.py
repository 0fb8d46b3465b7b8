"""The one writer: nbgrader's own database, one transaction a submission."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy.orm import Session
from traitlets.config import Config

from vegrad_course.grading import rows, tables
from vegrad_course.grading.database import explained, only_grader, open_book, parse
from vegrad_course.grading.record import Graded, Submission


class Writer:
    """Holds the gradebook for one run: `with Writer(db_url) as writer: writer.write(graded)`.

    Only one may be open at a time, in any process; another is refused. Whatever the database
    raises comes out as a `Refusal`, and what was written before stays written.
    `config` is the course's, for its late submission plugin.
    """

    def __init__(
        self, db_url: str, course_id: str = "vegrad", config: Config | None = None
    ) -> None:
        self.url, self.course_id = parse(db_url), course_id
        self._penalties = AssignLatePenalties(config=config or Config())
        self._penalties.init_plugin()
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(only_grader(self.url, self.course_id))
            self._book = opening.enter_context(open_book(self.url, self.course_id))
            with explained(self.url):
                tables.metadata.create_all(self._book.engine)
            self._opened = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def write(self, graded: Graded, submission: Submission | None = None) -> None:
        """Write the marks, comments, penalty and record of one submission, all or none.

        File its notebook first (`filing.file_notebook`). Without `submission`, the time of
        submission stays as it is.
        """
        when = time_of(submission.timestamp) if submission else None
        with self._transaction() as db:
            rows.fill(db, graded, when, self._penalties)
            tables.keep(db, graded)

    def knows(self, lesson: str) -> bool:
        """Is the lesson registered, with its notebook and points?"""
        with self._transaction() as db:
            return rows.is_registered(db, lesson)

    def recorded_digest(self, student: str, lesson: str) -> str | None:
        """The digest of what is already graded. The same digest: nothing is to be done."""
        with self._transaction() as db:
            return tables.digest(db, student, lesson)

    def records(self, lesson: str) -> Iterator[Graded]:
        """Each record of a lesson, by student, one in memory at a time, without its notebook."""
        with self._transaction() as db:
            students = tables.kept(db, lesson)
        for student in students:
            with self._transaction() as db:
                graded = tables.find(db, student, lesson)
            yield graded

    def begin(self, lesson: str, seed: int | None = None) -> int:
        """Begin a run, or take up the one that was interrupted. Returns its secret seed."""
        with self._transaction() as db:
            return tables.begin(db, lesson, seed)

    def end(self, lesson: str) -> None:
        """The run is finished: the next one gets a seed of its own."""
        with self._transaction() as db:
            tables.end(db, lesson)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """Commits at the end; whatever is raised before that leaves no trace in the database."""
        try:
            with explained(self.url):
                yield self._book.db
                self._book.db.commit()
        finally:
            self._book.db.remove()


def time_of(timestamp: str) -> datetime | None:
    """A submission's time in UTC, read as nbgrader reads it. None where there is none to read."""
    try:
        return parse_utc(timestamp.strip()) if timestamp.strip() else None
    except (ValueError, OverflowError):
        return None
