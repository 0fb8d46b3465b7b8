"""The cell that installs the course on Colab: in every notebook, and of no effect elsewhere."""

import pytest

from vegrad_course.authoring.course import read_notebook
from vegrad_course.authoring.install import CELL_ID, FOLDED, SOURCE
from vegrad_course.authoring.source import read
from vegrad_course.lessons import all_lessons
from vegrad_course.site.pages import lesson_page

every_lesson = pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.id)


@every_lesson
def test_it_is_the_first_code_cell_and_belongs_to_no_exercise(course, lesson):
    for path in (course.student(lesson), course.instructor(lesson)):
        first = next(c for c in read_notebook(path).cells if c.cell_type == "code")
        assert (first.id, first.source, first.metadata) == (CELL_ID, SOURCE, FOLDED)


@every_lesson
def test_it_moves_no_other_cell_s_id(course, lesson):
    cells = read_notebook(course.student(lesson)).cells
    rest = [cell.id for cell in cells if cell.id != CELL_ID]
    source = read(course.source(lesson))
    assert rest == [cell.grade_id or f"cell-{i:03d}" for i, cell in enumerate(source)]


def test_it_does_nothing_where_the_course_is():
    """There is no `get_ipython` here: asking for it would raise."""
    names = {}
    exec(SOURCE, names)
    assert names.keys() == {"__builtins__", "importlib"}


def test_the_site_leaves_it_out(course):
    lesson = all_lessons()[1]
    instructor, student = (read_notebook(f(lesson)) for f in (course.instructor, course.student))
    page = lesson_page(instructor, student, lesson, solutions=True)
    assert "cell-001" in [cell.id for cell in page.cells]
    assert not any("pip" in cell.source for cell in page.cells)
