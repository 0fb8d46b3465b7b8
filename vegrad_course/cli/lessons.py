"""vegrad lessons: the map of the course."""

import sys

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.lessons import all_lessons


@click.command()
@as_json
def command(as_json: bool) -> None:
    """Show the map of the course: each lesson, its minutes, and what you have done."""
    from vegrad_course.checking.overview import progress

    done = progress()
    rows = [(lesson, *done.done(lesson)) for lesson in all_lessons()]
    if as_json:
        numbered = ((lesson.number, lesson, d, n) for lesson, d, n in rows)
        print_json(
            [
                {"number": k, **vars(lesson), "done": d, "exercises": n}
                for k, lesson, d, n in numbered
            ]
        )
        return
    full, empty = _signs()
    widest = max(n for *_, n in rows)
    for lesson, d, n in rows:
        bar = f"{full * d}{empty * (n - d)}".ljust(widest)
        head = f"{lesson.number}  {lesson.title:<30} {lesson.minutes:>3} min"
        click.echo(f"{head}  {bar}  {d} of {n}")
    following = next((lesson.number for lesson, d, n in rows if d < n), None)
    after = f"Next: vegrad open {following}" if following else "All done: vegrad certificate"
    click.echo(f"{done.headline}. {after}")


def _signs() -> tuple[str, str]:
    """Blocks, or plain signs where the terminal cannot show them."""
    try:
        "█░".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "#", "."
    return "█", "░"
