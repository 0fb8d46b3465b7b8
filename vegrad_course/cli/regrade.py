"""vegrad regrade: stored answers judged again."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.lessons import find

if TYPE_CHECKING:
    from vegrad_course.grading.regrade import Regraded


@click.command()
@click.argument("lesson")
@click.option("--db", metavar="URL", help="The gradebook; the course's own when not given.")
@click.option("--dry-run", is_flag=True, help="Show whose marks would change; write nothing.")
@as_json
def command(lesson: str, db: str | None, dry_run: bool, as_json: bool) -> None:
    """Judge the stored answers of LESSON again, after a change of rubric or tolerance.

    No student code runs. Marks that people gave are kept.
    """
    from vegrad_course.authoring.course import here
    from vegrad_course.grading import settings
    from vegrad_course.grading.gradebook import Writer
    from vegrad_course.grading.regrade import regrade

    which, root = find(lesson), here().root
    config = settings.load(root)
    with Writer(db or settings.database(root, config), config=config) as writer:
        found = regrade(writer, root, which, dry_run)
    if as_json:
        print_json({"lesson": which.id, "dry_run": dry_run, **asdict(found)})
    else:
        _say(which.id, found, dry_run)


def _say(lesson: str, found: "Regraded", dry_run: bool) -> None:
    for change in found.changes:
        before, after = f"{change.before:g}", f"{change.after:g}"
        click.echo(f"{change.student}  {change.exercise}: {before} -> {after}")
    for again in found.again:
        click.echo(f"{again.student}  {again.exercise}: kept as it was, {again.why}")
    would = "would change" if dry_run else "changed"
    click.echo(
        f"{found.records} records of {lesson} judged again: {len(found.changes)} marks {would}, "
        f"{found.reworded} kept their mark with new feedback, {len(found.again)} could not be "
        "judged from what is stored."
    )
    if found.again:
        click.echo(f"These need new answers: `vegrad grade {lesson} --again` collects them.")
