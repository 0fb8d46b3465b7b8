"""Lesson pages: what stands folded, and what is left out."""

import re

import nbformat
import pytest

from vegrad_course.authoring.course import read_notebook
from vegrad_course.authoring.leaks import check_leaks
from vegrad_course.authoring.source import read
from vegrad_course.exercises import registry
from vegrad_course.lessons import all_lessons, find
from vegrad_course.site.pages import lesson_page


def made(course, lesson, solutions):
    instructor, student = (read_notebook(f(lesson)) for f in (course.instructor, course.student))
    return lesson_page(instructor, student, lesson, solutions)


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.number)
def test_without_solutions_no_line_of_an_answer_is_left(course, lesson):
    page = made(course, lesson, solutions=False)
    folded = [cell.source for cell in page.cells if cell.id.startswith("help-")]
    titles = re.findall(r"{dropdown} (.+)", "\n".join(folded))
    assert set(titles) == {"Hint 1", "Hint 2", "Hint 3"}
    page.cells = [cell for cell in page.cells if cell.source not in folded]  # hints may tell
    check_leaks(lesson.id, read(course.source(lesson)), nbformat.writes(page))


def test_below_each_check_stand_three_hints_and_the_solution(course):
    lesson = find("02")
    cells = {cell.id: cell for cell in made(course, lesson, solutions=True).cells}
    for exercise in registry.of_lesson("02"):
        assert "raise NotImplementedError" in cells[exercise.name].source
        folded = cells[f"help-check-{exercise.name}"].source
        assert folded.count("{dropdown}") == 4
        assert "### BEGIN" not in folded


def test_links_between_lessons_stay_on_the_site(course):
    text = "".join(cell.source for cell in made(course, find("02"), solutions=True).cells)
    assert "](01_sigmoid_derivative.ipynb)" in text
    assert "](../" not in text
