"""vegrad reset: a lesson from the start."""

import click

from vegrad_course.cli.completion import lessons
from vegrad_course.lessons import find


@click.command()
@click.argument("lesson", shell_complete=lessons)
def command(lesson: str) -> None:
    """Put the released notebook of LESSON back, and keep yours as a numbered backup.

    What you have passed stays in your progress. Close the notebook in JupyterLab first: where it
    is open, the next save asks whether to overwrite the file or to revert to it.
    """
    from vegrad_course.authoring.course import here
    from vegrad_course.self_study.reset import reset

    course, which = here(), find(lesson)
    backup = reset(course, which)
    click.echo(f"{course.student(which).relative_to(course.root)} is as it was released.")
    click.echo("Is it open in JupyterLab? Close it there, or choose Revert when a save asks you.")
    if backup:
        click.echo(f"Your own is kept as {backup.relative_to(course.root)}.")
