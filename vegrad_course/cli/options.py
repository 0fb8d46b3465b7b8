"""Options that several commands share."""

import json
from typing import Any

import click

from vegrad_course.lessons import Lesson, all_lessons, find

lesson_arguments = click.argument("lessons", nargs=-1, metavar="[LESSON]...")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def chosen(names: tuple[str, ...]) -> tuple[Lesson, ...]:
    """The lessons of these names or numbers, or all of them."""
    return tuple(find(name) for name in names) if names else all_lessons()


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=1))
