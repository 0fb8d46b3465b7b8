"""One writer: marks, comments, penalties and records, one transaction a submission."""

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc
from sqlalchemy import event
from traitlets.config import Config

from tests.grading.books import ask, change, contents, dump, marks
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
from vegrad_course.grading import settings
from vegrad_course.grading.filing import file_notebook
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.record import ExerciseVerdict
from vegrad_course.grading.rows import comment_of


@pytest.fixture
def course(tmp_path):
    return course_in(tmp_path / "course")


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
    before = list(dump(course))
    with Writer(url(course)) as writer:

        def fail(connection, cursor, statement, *rest):
            if statement.startswith(f"INSERT INTO {table}"):
                raise RuntimeError("the power went")

        event.listen(writer._book.engine, "after_cursor_execute", fail)
        with pytest.raises(RuntimeError):
            writer.write(mistaken())
        event.remove(writer._book.engine, "after_cursor_execute", fail)
        assert [line for line in dump(course) if "vegrad_r" not in line] == before
        writer.write(mistaken())
    assert marks(course, "bob")[0]["check-sigmoid"][0] == 1.5


def test_nobody_gives_a_manual_mark_between_our_reading_and_our_writing(course):
    with Writer(url(course)) as writer, closing(sqlite3.connect(course / "gradebook.db")) as other:
        writer.write(right())
        other.execute("PRAGMA busy_timeout = 0")
        refused = []

        def interfere(connection, cursor, statement, *rest):
            if "FROM grade" in statement and "SELECT" in statement and not refused:
                with pytest.raises(sqlite3.OperationalError, match="locked") as error:
                    other.execute("UPDATE grade SET manual_score = 1")
                refused.append(error)

        event.listen(writer._book.engine, "after_cursor_execute", interfere)
        writer.write(right())
        assert refused


def test_one_commit_a_submission(course):
    with Writer(url(course)) as writer:
        commits = []
        event.listen(writer._book.engine, "commit", commits.append)
        writer.write(right(), submission("ada", "2026-01-02 10:00:00 UTC"))
        assert len(commits) == 1


def test_two_gradings_of_the_same_class_give_the_same_book(tmp_path):
    books = []
    for number, name in enumerate(("once", "twice")):
        course = course_in(tmp_path / name)
        with Writer(url(course)) as writer:
            for graded in (right(), mistaken(), untouched()) * (1 + number):
                graded = replace(graded, seconds=float(number))
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
