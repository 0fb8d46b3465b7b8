"""Finding exercises: each is a file `exercises/lesson_NN/<name>.py` that defines `exercise`."""

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module

from vegrad_course import lessons
from vegrad_course.errors import Refusal, nearest
from vegrad_course.exercises.model import Exercise


def find(name: str) -> Exercise:
    """The exercise of that name. An unknown name is refused with the nearest one."""
    where = _places()
    if name not in where:
        raise Refusal(f"There is no exercise {name!r}. {nearest(name, sorted(where))}")
    return _load(name)


def of_lesson(number: str) -> tuple[Exercise, ...]:
    """The exercises of lesson `NN`, sorted by name."""
    return tuple(_load(name) for name, lesson in sorted(_places().items()) if lesson == number)


def names() -> tuple[str, ...]:
    """Every exercise of the course, sorted."""
    return tuple(sorted(_places()))


@cache
def _places() -> dict[str, str]:
    """Each exercise's name, and the number of its lesson. Files that start with _ are shared."""
    places: dict[str, str] = {}
    for lesson in lessons.all_lessons():
        package = import_module(_package(lesson.number))
        for file in pkgutil.iter_modules(package.__path__):
            if file.name in places:
                raise Refusal(f"Two exercises are called {file.name!r}. Rename one.")
            if not file.name.startswith("_"):
                places[file.name] = lesson.number
    return places


@cache
def _load(name: str) -> Exercise:
    lesson = _places()[name]
    module = import_module(f"{_package(lesson)}.{name}")
    return replace(module.exercise, name=name, lesson=lesson)


def _package(number: str) -> str:
    return f"vegrad_course.exercises.lesson_{number}"
