"""Opening nbgrader's database: the URL, one grader at a time, and what to do when it fails."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout
from nbgrader.api import Gradebook
from sqlalchemy import URL, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from vegrad_course.errors import Refusal

WAIT_SECONDS = 30
KEPT = "Then run the same command again: what is graded is kept."
FAILURES = {
    "locked": "{book} is in use by another program. Close that program. " + KEPT,
    "readonly": "{book} cannot be written. Make it and its folder writable. " + KEPT,
    "is full": "There is no room left for {book}. Free some space. " + KEPT,
    "disk I/O": "The disk refuses to store {book}. Look for a full or broken disk. " + KEPT,
    "unable to open": "{book} cannot be opened. Its folder must exist and be writable.",
    "not a database": "{book} is not a gradebook. Move it away, and register the lesson anew.",
    "onnection": "{book} cannot be reached ({why}). Is the server up, and the URL right? " + KEPT,
}
ELSE = "{book} failed: {why}. Mend this. " + KEPT
BUSY = "Another grader is writing to {book}. Wait until it has ended, then run this again."


def parse(db_url: str) -> URL:
    """A database URL. PostgreSQL is spoken to through psycopg, whichever way the URL says it."""
    try:
        url = make_url(db_url)
    except ArgumentError:
        raise _bad_url(db_url) from None
    kind = url.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite" or url.database in (None, "", ":memory:"):
        raise _bad_url(db_url)
    return url.update_query_dict({"timeout": str(WAIT_SECONDS)})


def _bad_url(db_url: str) -> Refusal:
    return Refusal(
        f"--db takes sqlite:///FILE or postgresql://USER@HOST/NAME: got {db_url!r}. "
        "Without --db the course's own gradebook.db is used."
    )


def book_name(url: URL) -> str:
    """How messages call the database. A password is never shown."""
    return url.database or "" if _is_sqlite(url) else url.render_as_string(hide_password=True)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what a database raises into one line that says what to do."""
    try:
        yield
    except DBAPIError as error:
        why = " ".join(str(error.orig).split())[:200].rstrip(".")
        told = next((text for sign, text in FAILURES.items() if sign in why), ELSE)
        raise Refusal(told.format(book=book_name(url), why=why)) from error


@contextmanager
def only_grader(url: URL, course_id: str) -> Iterator[None]:
    """Hold the gradebook for one grader. The hold ends with the process, however that ends."""
    with _file_lock(url) if _is_sqlite(url) else _server_lock(url, course_id):
        yield


@contextmanager
def _file_lock(url: URL) -> Iterator[None]:
    lock = FileLock(f"{url.database}.lock", timeout=0)
    if not Path(lock.lock_file).parent.is_dir():
        raise Refusal(FAILURES["unable to open"].format(book=book_name(url)))
    try:
        lock.acquire()
    except Timeout:
        raise Refusal(BUSY.format(book=book_name(url))) from None
    except OSError:
        raise Refusal(FAILURES["unable to open"].format(book=book_name(url))) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _server_lock(url: URL, course_id: str) -> Iterator[None]:
    """PostgreSQL's advisory lock lasts as long as the connection that took it."""
    key = int.from_bytes(sha256(f"vegrad {course_id}".encode()).digest()[:8], signed=True)
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with explained(url):
        connection = engine.connect()
    with connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(key))):
            raise Refusal(BUSY.format(book=book_name(url)))
        yield


def open_book(url: URL, course_id: str) -> Gradebook:
    """nbgrader's Gradebook, opened once. A transaction takes SQLite's write lock at its start."""
    with explained(url), _own_commands_first():
        book = Gradebook(url.render_as_string(hide_password=False), course_id)
    if _is_sqlite(url):
        book.db.remove()
        book.engine.dispose()
        event.listen(book.engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(book.engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return book


@contextmanager
def _own_commands_first() -> Iterator[None]:
    """nbgrader runs alembic from PATH when it makes a new gradebook."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
