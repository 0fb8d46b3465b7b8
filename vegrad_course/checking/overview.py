"""progress(): what is done and what comes next."""

from html import escape
from typing import Any

from vegrad_course.checking import store
from vegrad_course.checking.card import card
from vegrad_course.exercises import registry
from vegrad_course.lessons import Lesson, all_lessons, find

LINK = "color:var(--jp-content-link-color,inherit);text-decoration:underline"


class Progress:
    """A picture of what is done, lesson by lesson."""

    def __init__(self, kept: dict[str, Any], lessons: tuple[Lesson, ...]) -> None:
        self.kept, self.lessons = kept, lessons

    def done(self, lesson: Lesson) -> tuple[int, int]:
        """Exercises passed in a lesson, and how many there are."""
        names = [exercise.name for exercise in registry.of_lesson(lesson.number)]
        return sum(self.kept.get(name, {}).get("passed", False) for name in names), len(names)

    @property
    def headline(self) -> str:
        pairs = [self.done(lesson) for lesson in self.lessons]
        return f"{sum(p[0] for p in pairs)} of {sum(p[1] for p in pairs)} exercises done"

    def __repr__(self) -> str:
        rows = [
            f"  {lesson.id:<24} {'█' * done}{'░' * (total - done)} {done}/{total}"
            for lesson in self.lessons
            for done, total in [self.done(lesson)]
        ]
        return "\n".join([self.headline, *rows])

    def _repr_html_(self) -> str:
        rows = "".join(_row(lesson, *self.done(lesson)) for lesson in self.lessons)
        table = f'<table style="margin:.5em 0"><tbody>{rows}</tbody></table>'
        return card(self.headline, table, "plain")


def progress(lesson: str | None = None) -> Progress:
    """What is done, kept on this computer between sessions. Of one lesson: `progress("01")`."""
    return Progress(store.load(), all_lessons() if lesson is None else (find(str(lesson)),))


def _row(lesson: Lesson, done: int, total: int) -> str:
    bar = f'<progress value="{done}" max="{total}" aria-label="{escape(lesson.title)}"></progress>'
    cells = (_link(lesson), f"{lesson.minutes} min", bar, f"{done} of {total}")
    return "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"


def _link(lesson: Lesson) -> str:
    """Opens the lesson, from the notebook of any lesson: they stand in folders side by side."""
    text = f"{lesson.number} · {escape(lesson.title)}"
    return f'<a href="../{lesson.id}/{lesson.id}.ipynb" style="{LINK}">{text}</a>'
