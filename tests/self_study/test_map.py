"""The map of the course: in a terminal, and in the welcome notebook."""

import json
import os
import re
import subprocess
import sys

from tests.conftest import ROOT
from vegrad_course import check, progress
from vegrad_course.authoring.source import read
from vegrad_course.lessons import all_lessons


def test_in_a_terminal(vegrad):
    check(max_slope=0.25)
    code, out, _ = vegrad("lessons")
    lines = out.splitlines()
    assert code == 0 and len(lines) == len(all_lessons()) + 1
    assert re.fullmatch(r"01  The slope of the sigmoid +50 min  █░{7} +1 of 8", lines[1])
    assert lines[-1].startswith("1 of ") and lines[-1].endswith("Next: vegrad open 00")


def test_as_data(vegrad):
    check(max_slope=0.25)
    rows = json.loads(vegrad("lessons", "--json")[1])
    assert rows[1] == {
        "number": "01", "id": "01_sigmoid_derivative", "title": "The slope of the sigmoid",
        "minutes": 50, "done": 1, "exercises": 8,
    }  # fmt: skip


def test_where_a_terminal_has_no_blocks():
    command = [sys.executable, "-c", "from vegrad_course.cli import main; main(['lessons'])"]
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "........" in done.stdout and "░" not in done.stdout


def test_the_card_links_every_lesson_from_any_lesson(course):
    check(max_slope=0.25)
    card = progress()._repr_html_()
    links = re.findall(r'href="([^"]+)"', card)
    assert len(links) == len(all_lessons())
    folder = course.student(all_lessons()[4]).parent
    assert all((folder / link).resolve().is_file() for link in links)
    for lesson in all_lessons():
        assert f"{lesson.number} · {lesson.title}</a>" in card and f"{lesson.minutes} min" in card
    assert "1 of 8" in card
    assert "color:var(--jp-content-link-color" in card, "in the colours of the theme, light or dark"


def test_the_welcome_notebook_shows_it_and_names_every_lesson(course):
    cells = read(course.source(all_lessons()[0]))
    assert any(cell.text.strip() == "progress()" for cell in cells)
    text = cells[-1].text
    for lesson in all_lessons()[1:]:
        link = f"[{lesson.number} · {lesson.title}](../{lesson.id}/{lesson.id}.ipynb)"
        assert link in text, lesson.id
