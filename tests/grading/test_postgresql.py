"""The gradebook on a real PostgreSQL server, started for these tests in a folder of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from nbgrader.api import Gradebook

from tests.grading.books import HOLD
from tests.grading.nbgraders_tools import check_nbgraders_tools, nbgrader, write_class
from tests.grading.tiny_course import (
    LESSON,
    course_in,
    mistaken,
    right,
    submission,
    with_score,
)
from vegrad_course.authoring.release import _config, _generate
from vegrad_course.errors import Refusal
from vegrad_course.grading.gradebook import Writer

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BINARIES, reason="no server here: apt-get install postgresql"),
]


class Server:
    """A cluster that listens on a socket in its own folder. PostgreSQL does not run as root."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        self.who = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        folder.chmod(0o755)
        if self.who:
            shutil.chown(folder, **self.who)
        self._run("initdb", "--auth=trust", "--username=grader", "--no-sync", "-D", self.data)
        self.start()

    def start(self):
        options = f"-k {self.folder} -c listen_addresses="
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-o", options, "-l", log, "--wait", "start")

    def stop(self, mode="immediate"):
        self._run("pg_ctl", "-D", self.data, "-m", mode, "--wait", "stop")

    def database(self, name):
        self._run("createdb", "-h", self.folder, "-U", "grader", name)
        return f"postgresql+psycopg://grader@/{name}?host={self.folder}"

    def _run(self, command, *arguments):
        done = subprocess.run(
            [BINARIES[-1].with_name(command), *map(str, arguments)],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=60, **self.who,
        )  # fmt: skip
        assert done.returncode == 0, f"{command} ended with {done.returncode}"


@pytest.fixture(scope="module")
def server():
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a socket's path must be short
        server = Server(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def db_url(server, request, course):
    """A database of its own, with lesson 01 registered by nbgrader itself."""
    db_url = server.database(f"t{abs(hash(request.node.name))}")
    config = _config(course, LESSON.id)
    config.CourseDirectory.db_url = db_url
    config.CourseDirectory.release_directory = str(course / "elsewhere")
    _generate(config)
    return db_url


@pytest.fixture
def course(tmp_path):
    return course_in(tmp_path / "course")


def marks(db_url, student):
    with Gradebook(db_url, "vegrad") as book:
        notebook = book.find_submission_notebook(LESSON.id, LESSON.id, student)
        return {g.name: (g.auto_score, g.manual_score) for g in notebook.grades}


def ask(db_url, sql):
    with psycopg.connect(db_url.replace("+psycopg", "")) as connection:
        return connection.execute(sql).fetchall() if sql.startswith("SELECT") else (
            connection.execute(sql) and None)  # fmt: skip


def test_marks_records_and_runs(db_url):
    plain = db_url.replace("+psycopg", "")  # both ways to write the URL are understood
    with Writer(plain) as writer:
        seed = writer.begin(LESSON.id)
        writer.write(mistaken(), submission("bob", "2026-01-02 10:00:00 UTC"))
        ask(db_url, "UPDATE grade SET manual_score = 2.5 WHERE auto_score = 1.5")
        writer.write(with_score(mistaken(), "sigmoid", 3.0))
        assert writer.begin(LESSON.id) == seed
        assert writer.recorded_digest("bob", LESSON.id) == mistaken().digest
        (kept,) = writer.records(LESSON.id)
    assert kept.answers == mistaken().answers
    assert marks(db_url, "bob")["check-sigmoid"] == (3.0, 2.5)


def test_a_text_that_postgresql_cannot_hold_costs_nobody_the_run(db_url):
    from dataclasses import replace

    bad = mistaken()
    verdict = replace(bad.verdicts[0], text="It raised: \0")
    with Writer(db_url) as writer:
        writer.write(replace(bad, verdicts=(verdict, *bad.verdicts[1:])))
        writer.write(right())
    assert marks(db_url, "ada")["check-sigmoid"][0] == 3.0


def test_a_failure_in_the_middle_leaves_nothing(db_url, monkeypatch):
    from vegrad_course.grading import tables

    def fail(*ignored):
        raise RuntimeError("the power went")

    with Writer(db_url) as writer:
        with monkeypatch.context() as broken:
            broken.setattr(tables, "keep", fail)
            with pytest.raises(RuntimeError):
                writer.write(right())
        assert ask(db_url, "SELECT * FROM student") == []
        assert ask(db_url, "SELECT * FROM grade") == []
        writer.write(right())


def test_a_second_grader_is_refused_until_the_first_is_killed(db_url):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, db_url], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Refusal, match="Another grader"):
        Writer(db_url).__enter__()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    patiently(lambda: Writer(db_url).__enter__().__exit__(None, None, None))
    assert ask(db_url, "SELECT * FROM student") == []


def patiently(action, tries=50):
    """The server notices a moment later that a client is gone."""
    import time

    for _ in range(tries):
        try:
            return action()
        except Refusal:
            time.sleep(0.1)
    return action()


def test_a_server_that_goes_away_is_refused_and_resumed(server, db_url):
    with pytest.raises(Refusal, match=r"cannot be reached|failed") as told:
        with Writer(db_url) as writer:
            writer.write(right())
            server.stop()
            try:
                writer.write(mistaken())
            finally:
                server.start()
    assert "what is graded is kept" in str(told.value)
    with Writer(db_url) as writer:
        assert writer.recorded_digest("ada", LESSON.id)
        assert writer.recorded_digest("bob", LESSON.id) is None
        writer.write(mistaken())


def test_no_server_is_refused_without_showing_the_password(tmp_path):
    with pytest.raises(Refusal, match=r"cannot be reached") as told:
        Writer(f"postgresql://grader:geheim@/x?host={tmp_path}").__enter__()
    assert "geheim" not in str(told.value) and "***" in str(told.value)


def test_nbgraders_tools_work_on_the_result(course, db_url):
    write_class(course, db_url)
    (course / "gradebook.db").unlink()
    nbgrader("db", "upgrade", f"--CourseDirectory.db_url={db_url}", cwd=course)
    check_nbgraders_tools(course, db_url)
