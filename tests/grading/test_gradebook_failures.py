"""Two graders, a killed one, a locked, full or read-only gradebook: refused, and resumed."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from threading import Timer
from time import monotonic

import pytest
from sqlalchemy import event

from tests.grading.books import HOLD, ask, dump, marks
from tests.grading.tiny_course import (
    LESSON,
    course_in,
    mistaken,
    right,
    url,
)
from vegrad_course.errors import Refusal
from vegrad_course.grading import database
from vegrad_course.grading.gradebook import Writer


@pytest.fixture
def course(tmp_path):
    return course_in(tmp_path / "course")


def test_a_second_grader_is_refused_until_the_first_is_gone(course):
    with Writer(url(course)):
        with pytest.raises(Refusal, match=r"Another grader is writing to .*gradebook\.db"):
            Writer(url(course)).__enter__()
    with Writer(url(course)) as writer:
        writer.write(right())


def test_a_killed_grader_leaves_no_lock(course):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url(course)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Refusal, match="Another grader"):
        Writer(url(course)).__enter__()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert ask(course, "SELECT * FROM student") == []  # its half-written submission is gone
    with Writer(url(course)) as writer:
        writer.write(right())


def test_a_locked_book_is_refused_and_written_later(course, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.2)
    with Writer(url(course)) as writer:
        with closing(sqlite3.connect(course / "gradebook.db")) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(Refusal, match=r"in use by another program\. Close that program\."):
                writer.write(right())
        writer.write(right())
    assert marks(course, "ada")[0]["check-sigmoid"][0] == 3.0


def test_a_reader_in_the_middle_of_reading_is_waited_for(course):
    path = course / "gradebook.db"
    with Writer(url(course)) as writer:
        writer.write(mistaken())
        with closing(sqlite3.connect(path, check_same_thread=False)) as reader:
            rows = reader.execute("SELECT * FROM grade")
            rows.fetchone()  # the others wait to be fetched
            Timer(0.5, rows.close).start()
            began = monotonic()
            writer.write(right())
            assert monotonic() - began > 0.4
    assert marks(course, "ada")[0]["check-sigmoid"][0] == 3.0


def test_a_full_disk_is_refused_and_resumed(course):
    with Writer(url(course)) as writer:
        writer.write(right())

        def small(raw, _):
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(writer._book.engine, "checkout", lambda raw, record, proxy: small(raw, None))
        before = dump(course)
        with pytest.raises(Refusal, match=r"no room left for .*Free some space\..*again"):
            for student in map(str, range(100)):
                before = dump(course)
                writer.write(mistaken(student))
        assert dump(course) == before
    with Writer(url(course)) as writer:
        writer.write(mistaken(student))


def test_a_read_only_book_is_refused(course):
    with Writer(url(course)) as writer:
        event.listen(
            writer._book.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only = 1")
        )
        with pytest.raises(Refusal, match=r"cannot be written\. Make it and its folder writable"):
            writer.write(right())
    if os.geteuid():  # root may write everywhere
        (course / "gradebook.db").chmod(0o444)
        with pytest.raises(Refusal, match="cannot be written"), Writer(url(course)) as writer:
            writer.write(right())


@pytest.mark.parametrize(
    "bad", ["gradebook.db", "sqlite://", "mysql://x/y", "", "sqlite:///:memory:"]
)
def test_another_kind_of_url_is_refused(bad):
    with pytest.raises(Refusal, match="--db takes sqlite:///FILE or postgresql://"):
        Writer(bad)


def test_a_missing_folder_or_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(Refusal, match="Its folder must exist"):
        Writer(f"sqlite:///{tmp_path}/none/gradebook.db").__enter__()
    (tmp_path / "gradebook.db").write_text("marks, marks, marks" * 100)
    with pytest.raises(Refusal, match="is not a gradebook"):
        Writer(f"sqlite:///{tmp_path}/gradebook.db").__enter__()
    with Writer(f"sqlite:///{tmp_path}/new.db") as writer:  # the lock is free after a refusal
        with pytest.raises(Refusal, match=f"does not know {LESSON.id}. Register it"):
            writer.write(right())
