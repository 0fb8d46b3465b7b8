"""vegrad lessons: the map of the course."""

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.lessons import all_lessons


@click.command()
@as_json
def command(as_json: bool) -> None:
    """List the lessons, with what is done."""
    from vegrad_course.checking.overview import progress

    done = progress()
    rows = [(lesson, *done.done(lesson)) for lesson in all_lessons()]
    if as_json:
        print_json([{**vars(lesson), "done": d, "exercises": n} for lesson, d, n in rows])
        return
    for lesson, d, n in rows:
        click.echo(f"{lesson.id:<24} {lesson.title:<28} {lesson.minutes:>3} min   {d} of {n} done")
