"""vegrad certificate: a page of completion."""

from datetime import date
from pathlib import Path

import click

from vegrad_course.cli.options import as_json, print_json


@click.command()
@click.option(
    "--name", default="", help="Whose it is. Without it, the page has a line to write on."
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("certificate.html"),
    show_default=True,
    help="Where the page goes.",
)
@as_json
def command(name: str, html: Path, as_json: bool) -> None:
    """Make a certificate from your progress: one HTML page, to look at or to print.

    Before the end it is a record of what is done, and says so.
    """
    from vegrad_course.authoring.build import write
    from vegrad_course.self_study.certificate import achieved, page

    rows = achieved()
    write(html, page(rows, name, date.today()))
    missing = [row for row in rows if row.missing]
    if as_json:
        lessons = [
            {"id": r.lesson.id, "done": r.done, "exercises": r.exercises, "missing": r.missing}
            for r in rows
        ]
        return print_json({"complete": not missing, "page": str(html), "lessons": lessons})
    if missing:
        click.echo("The course is not complete yet. To do:")
        for row in missing:
            click.echo(f"  {row.lesson.number}  {row.lesson.title}: {row.state}")
        click.echo(f"A record of what is done is in {html}.")
    else:
        click.echo(f"All exercises passed. Your certificate is in {html}.")
