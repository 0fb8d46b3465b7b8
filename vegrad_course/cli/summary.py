"""vegrad summary: how a lesson went."""

from pathlib import Path

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.errors import Refusal
from vegrad_course.lessons import find

WHERE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("lesson")
@click.option("--db", metavar="URL", help="The gradebook; the course's own when not given.")
@click.option("--csv", "csv_file", type=WHERE, help="Write a row per student here.")
@click.option("--html", "html_file", type=WHERE, help="Write a page with plots here.")
@as_json
def command(
    lesson: str, db: str | None, csv_file: Path | None, html_file: Path | None, as_json: bool
) -> None:
    """Show how LESSON went: marks, hard exercises, common mistakes, who needs a look."""
    from rich.console import Console

    from vegrad_course.authoring.course import here
    from vegrad_course.grading import settings, summary_tables
    from vegrad_course.grading.summary_source import read_summary

    which, root = find(lesson), here().root
    summary = read_summary(db or settings.database(root, settings.load(root)), which.id)
    if csv_file:
        write(csv_file, summary_tables.as_csv(summary))
    if html_file:
        from vegrad_course.grading.summary_page import as_page

        write(html_file, as_page(summary))
    if as_json:
        print_json(summary_tables.as_json(summary))
    else:
        Console().print(summary_tables.as_text(summary))


def write(path: Path, text: str) -> None:
    """Write a file, or say in one line why not."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Refusal(f"Cannot write {path}: {error.strerror}. Choose another place.") from None
