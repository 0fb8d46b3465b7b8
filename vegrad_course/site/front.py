"""What the front page is made of: a map of the lessons, and a living figure to begin with."""

import re
from pathlib import Path

from vegrad_course import scenes
from vegrad_course.authoring.course import Course
from vegrad_course.lessons import all_lessons
from vegrad_course.site.figures import framed
from vegrad_course.site.pages import write_if_new
from vegrad_course.widgets.page import page

FIRST = "scalar_chain"

CARD = """:::{{grid-item-card}} {title}
:link: lessons/{id}
:link-type: doc

You will {aim}.
```{{card-footer}}
{minutes} minutes
```
:::
"""


def write_front(course: Course, docs: Path) -> None:
    """Write `lessons/map.md`, which the front page includes, and the front page's figure."""
    readme = (course.root / "README.md").read_text(encoding="utf-8")
    aims = dict(re.findall(r"^\| (\d\d) .*? \| (.+?) \|$", readme, re.MULTILINE))
    cards = [
        CARD.format(
            id=lesson.id,
            title=f"{lesson.number} · {lesson.title}",
            minutes=lesson.minutes,
            aim=aims[lesson.number],
        )
        for lesson in all_lessons()
    ]
    grid = "::::{grid} 1 2 2 3\n:gutter: 3\n:padding: 0\n\n" + "\n".join(cards) + "::::\n"
    write_if_new(docs / "lessons/map.md", grid)
    figure = scenes.figure(FIRST)
    write_if_new(docs / "_build/extra/figures/front.html", framed(page(figure, figure.defaults())))
