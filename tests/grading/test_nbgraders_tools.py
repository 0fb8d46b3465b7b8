"""Feedback, export, formgrader's queries and nbgrader's migration work on what is written."""

import pytest

from tests.grading.books import ask, change
from tests.grading.nbgraders_tools import check_nbgraders_tools, nbgrader, write_class
from tests.grading.tiny_course import (
    course_in,
    url,
)

OURS = ("vegrad_record", "vegrad_run")


@pytest.fixture
def course(tmp_path):
    return course_in(tmp_path / "course")


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
