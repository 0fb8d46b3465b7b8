"""One writer, one transaction a submission, and nbgrader's tools work on what it writes."""

import csv
import html
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Timer
from time import monotonic

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from sqlalchemy import event
from traitlets.config import Config

from tests.grading.tiny_course import (
    LESSON,
    WRITTEN,
    course_in,
    course_with_written_answers_in,
    mistaken,
    right,
    submission,
    untouched,
    url,
    with_score,
)
from vegrad_course.errors import Refusal
from vegrad_course.grading import database, settings
from vegrad_course.grading.filing import file_notebook
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.record import ExerciseVerdict
from vegrad_course.grading.rows import comment_of

OURS = ("vegrad_record", "vegrad_run")


@pytest.fixture
def course(tmp_path):
    return course_in(tmp_path / "course")


def ask(course, sql, *values):
    """Rows as another program sees them, through its own connection."""
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return book.execute(sql, values).fetchall()


def change(course, sql, *values):
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute(sql, values)


def marks(course, student):
    """What nbgrader's own API says: `{cell: (auto, manual, needs a person)}` and the comments."""
    with Gradebook(url(course), "vegrad") as book:
        notebook = book.find_submission_notebook(LESSON.id, LESSON.id, student)
        grades = {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade)
                  for g in notebook.grades}  # fmt: skip
        comments = {c.name: c.auto_comment for c in notebook.comments}
        return grades, comments, notebook.late_submission_penalty


def contents(course):
    """Every row of every table as text, without random ids and times: to compare two books."""
    tables = sorted(row[0] for row in ask(course, "SELECT name FROM sqlite_master WHERE sql > ''"))
    with Gradebook(url(course), "vegrad") as book:
        grades = sorted(
            (s.student.id, g.name, str(g.to_dict() | {"id": 0}))
            for s in book.assignment_submissions(LESSON.id)
            for n in s.notebooks
            for g in (*n.grades, *n.comments)
        )
    return tables, grades, ask(course, "SELECT * FROM vegrad_record ORDER BY student")


def test_marks_and_comments_are_those_of_the_verdicts(course):
    with Writer(url(course)) as writer:
        for graded in (right(), mistaken(), untouched()):
            writer.write(graded)
    for graded in (right(), mistaken(), untouched()):
        grades, _, penalty = marks(course, graded.student)
        assert penalty is None
        for verdict in graded.verdicts:
            assert grades[f"check-{verdict.name}"] == (verdict.score, None, False)
    assert marks(course, "ada")[1]["sigmoid_grad"] is None
    assert "Likely cause: You returned" in marks(course, "bob")[1]["sigmoid_grad"]
    assert set(marks(course, "eve")[1].values()) == {"No response."}


def test_an_answer_in_words_waits_for_a_person_unless_it_is_untouched(tmp_path):
    course = course_with_written_answers_in(tmp_path / "course")
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        words = {
            name
            for (name,) in book.execute(
                "SELECT name FROM base_cell JOIN grade_cells USING (id) "
                "WHERE cell_type = 'markdown'"
            )
        }
        points = dict(
            book.execute("SELECT name, max_score FROM grade_cells JOIN base_cell USING (id)")
        )
    assert words
    empty = tuple(ExerciseVerdict(name, 0.0, points[name], "unanswered") for name in words)
    for student, verdicts, waits in (("ada", (), True), ("eve", empty, False)):
        with Writer(url(course)) as writer:
            writer.write(replace(untouched(student), lesson=WRITTEN.id, verdicts=verdicts))
        with Gradebook(url(course), "vegrad") as book:
            grades = book.find_submission_notebook(WRITTEN.id, WRITTEN.id, student).grades
            asked = {g.name: (g.auto_score, g.needs_manual_grade) for g in grades}
        assert {asked[name] for name in words} == {(None, True) if waits else (0.0, False)}


def test_manual_marks_survive_another_grading(course):
    with Writer(url(course)) as writer:
        writer.write(mistaken())
        change(
            course,
            "UPDATE grade SET manual_score = 2.5, extra_credit = 0.5, needs_manual_grade = 0 "
            "WHERE cell_id = (SELECT id FROM base_cell WHERE name = 'check-sigmoid')",
        )
        change(course, "UPDATE comment SET manual_comment = 'Well argued.'")
        writer.write(with_score(mistaken(), "sigmoid", 3.0))
    assert marks(course, "bob")[0]["check-sigmoid"] == (3.0, 2.5, True)
    assert ask(course, "SELECT DISTINCT manual_comment FROM comment") == [("Well argued.",)]
    assert ask(course, "SELECT extra_credit FROM grade WHERE manual_score = 2.5") == [(0.5,)]


@pytest.mark.parametrize("table", ["student", "grade", "comment", "vegrad_record"])
def test_a_failure_in_the_middle_leaves_nothing(course, table):
    before = list(ask_dump(course))
    with Writer(url(course)) as writer:

        def fail(connection, cursor, statement, *rest):
            if statement.startswith(f"INSERT INTO {table}"):
                raise RuntimeError("the power went")

        event.listen(writer._book.engine, "after_cursor_execute", fail)
        with pytest.raises(RuntimeError):
            writer.write(mistaken())
        event.remove(writer._book.engine, "after_cursor_execute", fail)
        assert [line for line in ask_dump(course) if "vegrad_r" not in line] == before
        writer.write(mistaken())
    assert marks(course, "bob")[0]["check-sigmoid"][0] == 1.5


def ask_dump(course):
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return list(book.iterdump())


def test_one_commit_a_submission(course):
    with Writer(url(course)) as writer:
        commits = []
        event.listen(writer._book.engine, "commit", commits.append)
        writer.write(right(), submission("ada", "2026-01-02 10:00:00 UTC"))
        assert len(commits) == 1


def test_two_gradings_of_the_same_class_give_the_same_book(tmp_path):
    books = []
    for name in ("once", "twice"):
        course = course_in(tmp_path / name)
        with Writer(url(course)) as writer:
            for graded in (right(), mistaken(), untouched()) * (1 + (name == "twice")):
                writer.write(graded, submission(graded.student, "2026-01-02 10:00:00 UTC"))
        books.append(contents(course))
    assert books[0] == books[1]


def test_the_time_is_read_as_nbgrader_reads_it_and_the_late_plugin_decides(course):
    change(course, "UPDATE assignment SET duedate = '2026-01-02 09:00:00.000000'")
    config = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})
    late, early = "2026-01-02 10:00:00 CET", "2026-01-02 08:00:00 UTC"
    with Writer(url(course), config=config) as writer:
        writer.write(right(), submission("ada", "2026-01-02 10:00:00 UTC"))
        assert marks(course, "ada")[2] == right().score
        writer.write(right())
        assert marks(course, "ada")[2] == right().score
        writer.write(right(), submission("ada", early))
        assert marks(course, "ada")[2] is None
        writer.write(right(), submission("ada", late))
        writer.write(right(), submission("ada", "next week, I hope"))
    with Gradebook(url(course), "vegrad") as book:
        found = book.find_submission(LESSON.id, "ada")
        assert found.timestamp == parse_utc(late)
        assert found.total_seconds_late == timedelta(0).total_seconds()


def test_a_late_plugin_of_the_course(course, monkeypatch):
    (course / "our_penalty.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class Ours(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return total_seconds_late / 3600\n"
    )
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.AssignLatePenalties.plugin_class = 'our_penalty.Ours'\n")
    change(course, "UPDATE assignment SET duedate = '2026-01-02 09:00:00.000000'")
    monkeypatch.setattr(sys, "path", list(sys.path))
    with Writer(url(course), config=settings.load(course)) as writer:
        writer.write(right(), submission("ada", "2026-01-02 11:00:00 UTC"))
        assert marks(course, "ada")[2] == 2.0
        writer.write(right(), submission("ada", "2027-01-02 11:00:00 UTC"))
    assert marks(course, "ada")[2] == right().score


def test_a_digest_is_known_once_the_marks_are_there(course):
    with Writer(url(course)) as writer:
        assert writer.recorded_digest("ada", LESSON.id) is None
        writer.write(right())
        assert writer.recorded_digest("ada", LESSON.id) == right().digest
        assert writer.recorded_digest("bob", LESSON.id) is None
        with Gradebook(url(course), "vegrad") as book:
            book.remove_student("ada")
        assert writer.recorded_digest("ada", LESSON.id) is None


def test_records_come_back_whole(course):
    with Writer(url(course)) as writer:
        for graded in (mistaken(), right()):
            writer.write(graded)
        kept = list(writer.records(LESSON.id))
    assert [graded.student for graded in kept] == ["ada", "bob"]
    assert kept[0].verdicts == right().verdicts and kept[0].answers == right().answers
    assert kept[0].notebook == ""


def test_an_interrupted_run_keeps_its_seed_and_the_next_has_another(course):
    with Writer(url(course)) as writer:
        first = writer.begin(LESSON.id)
    with Writer(url(course)) as writer:
        assert writer.begin(LESSON.id) == first
        other_lesson = writer.begin("02_deep_chains")
        writer.end(LESSON.id)
        second = writer.begin(LESSON.id)
        assert len({first, second, other_lesson}) == 3
        assert writer.begin(LESSON.id, seed=5) == 5
        assert writer.begin(LESSON.id) == 5
        assert writer.begin("02_deep_chains") == other_lesson
        with pytest.raises(Refusal, match=r"A seed is a whole number from 0 .*: got -1\."):
            writer.begin(LESSON.id, seed=-1)


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


HOLD = """
import sys, time
from tests.grading.tiny_course import right
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading import tables
def stop(*ignored):
    print("held", flush=True)
    time.sleep(100)
tables.keep = stop
with Writer(sys.argv[1]) as writer:
    writer.write(right())
"""


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
        before = ask_dump(course)
        with pytest.raises(Refusal, match=r"no room left for .*Free some space\..*again"):
            for student in map(str, range(100)):
                before = ask_dump(course)
                writer.write(mistaken(student))
        assert ask_dump(course) == before
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


def test_points_of_another_time_are_refused(course):
    change(course, "UPDATE grade_cells SET max_score = 7")
    with Writer(url(course)) as writer, pytest.raises(Refusal, match="7 points, the exercise 3"):
        writer.write(right())
    assert ask(course, "SELECT * FROM student") == []


def test_a_cell_that_is_new_in_the_lesson_gets_its_rows(course):
    with Writer(url(course)) as writer:
        writer.write(right())
        change(course, "DELETE FROM grade WHERE auto_score = 2")
        change(course, "DELETE FROM comment")
        writer.write(right())
    assert marks(course, "ada")[0]["check-tanh_grad"] == (2.0, None, False)
    assert set(marks(course, "ada")[1]) == {verdict.name for verdict in right().verdicts}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Use `a < b`.", "Use `a < b`."),
        ("It raised <script>x</script>", "It raised &lt;script>x&lt;/script>"),
        ("\\` <b> `", "\\` &lt;b> `"),
        ("`` <b> `", "`` &lt;b> `"),
        ("$ ` $ <b> `", "$ ` $ &lt;b> `"),
        ("` open\n<b> `", "` open\n\n&lt;b> `"),
        ("nul \0", "nul \N{REPLACEMENT CHARACTER}"),
        ("", None),
    ],
)
def test_no_tag_begins_in_a_comment(text, shown):
    assert comment_of(ExerciseVerdict("x", 0.0, 1.0, "raised", text)) == shown
    if shown:
        from nbconvert.filters import markdown2html

        page = markdown2html(shown)
        assert "<b>" not in page and "<script" not in page


def test_the_notebook_is_filed_in_one_step(course):
    file_notebook(course, right(), "2026-01-02 10:00:00 UTC")
    folder = course / "autograded" / "ada" / LESSON.id
    (folder / f".{LESSON.id}.ipynb.half").write_text("what a killed run left")
    file_notebook(course, right())
    assert [path.name for path in folder.iterdir()] == [f"{LESSON.id}.ipynb"]
    assert (folder / f"{LESSON.id}.ipynb").read_text(encoding="utf-8") == right().notebook
    with pytest.raises(Refusal, match=r"A folder's name is needed .*'\.\./eve'"):
        file_notebook(course, right("../eve"))
    (course / "autograded" / "bob").write_text("a file in the folder's place")
    with pytest.raises(Refusal, match=r"Cannot write .*bob"):
        file_notebook(course, right("bob"))


def nbgrader(*arguments, cwd):
    done = subprocess.run(["nbgrader", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def write_class(course, db_url):
    with Writer(db_url) as writer:
        for graded in (right(), mistaken(), untouched()):
            put_submission(course, graded)
            file_notebook(course, graded, "2026-01-02 10:00:00 UTC")
            writer.write(graded, submission(graded.student, "2026-01-02 10:00:00 UTC"))


def put_submission(course, graded):
    folder = course / "submitted" / graded.student / LESSON.id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LESSON.id}.ipynb").write_text(graded.notebook, encoding="utf-8")
    (folder / "timestamp.txt").write_text("2026-01-02 10:00:00 UTC")


def check_nbgraders_tools(course, db_url):
    """Feedback, export and formgrader's queries on the class that `write_class` wrote."""
    option = f"--CourseDirectory.db_url={db_url}"
    nbgrader("generate_feedback", LESSON.id, option, cwd=course)
    nbgrader("export", option, cwd=course)
    page = course / "feedback" / "bob" / LESSON.id / f"{LESSON.id}.html"
    text = html.unescape(page.read_text(encoding="utf-8"))
    assert "This forward difference has an error" in text
    with (course / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {g.student: g.score for g in (right(), mistaken(), untouched())}
    check_formgraders_queries(course, db_url, scores)


def check_formgraders_queries(course, db_url, scores):
    """Each page of formgrader asks one of these."""
    config = settings.load(course)
    config.CourseDirectory.merge({"root": str(course), "db_url": db_url})
    formgrader = NbGraderAPI(CourseDirectory(config=config), config=config)
    found = {row["student"]: row for row in formgrader.get_submissions(LESSON.id)}
    assert {student: row["score"] for student, row in found.items()} == scores
    assert {row["autograded"] for row in found.values()} == {True}
    assert {row["needs_manual_grade"] for row in found.values()} == {False}
    (notebook,) = formgrader.get_notebooks(LESSON.id)
    assert notebook["average_score"] == sum(scores.values()) / 3
    notebooks = formgrader.get_notebook_submissions(LESSON.id, LESSON.id)
    assert all(row["failed_tests"] for row in notebooks)  # ada left three of hers untouched
    assert {row["id"]: row["score"] for row in formgrader.get_students()} == scores
    assert formgrader.get_assignment(LESSON.id)["num_submissions"] == 3


@pytest.mark.slow
def test_nbgraders_tools_work_on_the_result(course):
    write_class(course, url(course))
    check_nbgraders_tools(course, url(course))


@pytest.mark.slow
def test_nbgraders_migration_works_beside_our_tables(course):
    """The book is put back to an older schema; `nbgrader db upgrade` brings the column again."""
    write_class(course, url(course))
    change(course, "ALTER TABLE student DROP COLUMN lms_user_id")
    change(course, "UPDATE alembic_version SET version_num = '167914646830'")
    before = [ask(course, f"SELECT * FROM {table}") for table in OURS]
    nbgrader("db", "upgrade", cwd=course)
    assert ask(course, "SELECT version_num FROM alembic_version") == [("e43177bfe90b",)]
    assert "lms_user_id" in [row[1] for row in ask(course, "PRAGMA table_info(student)")]
    assert [ask(course, f"SELECT * FROM {table}") for table in OURS] == before
    check_nbgraders_tools(course, url(course))
