"""The lessons of the course. Each is declared where its exercises are: `exercises/lesson_NN`."""

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from vegrad_course import exercises
from vegrad_course.errors import Refusal, nearest


@dataclass(frozen=True)
class Lesson:
    """One lesson: its folder name, its title, and the minutes that it takes."""

    id: str
    title: str
    minutes: int

    @property
    def number(self) -> str:
        return self.id[:2]


@cache
def all_lessons() -> tuple[Lesson, ...]:
    """Every lesson, in order."""
    folders = [f.name for f in pkgutil.iter_modules(exercises.__path__) if f.ispkg]
    modules = [import_module(f"{exercises.__name__}.{name}") for name in sorted(folders)]
    return tuple(module.lesson for module in modules)


def find(name: str) -> Lesson:
    """A lesson by its id, `02_deep_chains`, or its number, `02` or `2`."""
    for lesson in all_lessons():
        if name in (lesson.id, lesson.number, str(int(lesson.number))):
            return lesson
    ids = [lesson.id for lesson in all_lessons()]
    numbers = f"They are {ids[0][:2]} to {ids[-1][:2]}; `vegrad lessons` lists them."
    raise Refusal(f"There is no lesson {name!r}. {nearest(name, ids, numbers)}")
