"""What every lesson must have."""

import re
from itertools import pairwise

import pytest

from vegrad_course import scenes
from vegrad_course.authoring.source import read
from vegrad_course.lessons import all_lessons

TAUGHT = [lesson for lesson in all_lessons() if lesson.number != "00"]
every_lesson = pytest.mark.parametrize("lesson", TAUGHT, ids=lambda lesson: lesson.id)


def prose(course, lesson):
    return "\n".join(cell.text for cell in read(course.source(lesson)) if cell.kind == "markdown")


@every_lesson
def test_the_beat_is_there(course, lesson):
    text = prose(course, lesson)
    for words in ("The question", "When you finish you can", "You need", "Time:", "Read on"):
        assert words in text, words
    assert f"about {lesson.minutes} minutes" in text
    assert text.count("**Predict") >= 2


@every_lesson
def test_every_figure_has_words(course, lesson):
    code = [cell.text for cell in read(course.source(lesson)) if cell.kind == "code"]
    drawn = [text for text in code if "plots.axes(" in text]
    assert drawn and all("plots.show(" in text and "alt=" in text for text in drawn)
    assert all(re.search(r"plots\.show\([^=]*alt=.*\)\s*$", text, re.S) for text in drawn)


def test_every_living_figure_is_used_after_a_prediction(course):
    used = set()
    for lesson in all_lessons():
        cells = read(course.source(lesson))
        for before, cell in pairwise(cells):
            if found := re.fullmatch(r'live\("(\w+)"\)', cell.text.strip()):
                used.add(found.group(1))
                assert "redict" in before.text, (lesson.id, found.group(1))
    assert used == set(scenes.names())
    assert len(used) >= 7
