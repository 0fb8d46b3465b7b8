"""vegrad build: the notebooks from the lesson sources."""

import click

from vegrad_course.cli.options import chosen, lesson_arguments


@click.command()
@lesson_arguments
@click.option("--check", is_flag=True, help="Write nothing; fail when a notebook is stale.")
def command(lessons: tuple[str, ...], check: bool) -> int:
    """Build the instructor and the student notebook of each LESSON (of all, when none is named)."""
    from vegrad_course.authoring import build
    from vegrad_course.authoring.course import here

    course, which = here(), chosen(lessons)
    if not check:
        for path in build.build(course, which):
            click.echo(f"wrote {path.relative_to(course.root)}")
        click.echo(f"{len(which)} lessons are up to date.")
        return 0
    diffs = build.stale(course, which)
    for diff in diffs:
        click.echo(diff)
    if diffs:
        click.echo(
            f"{len(diffs)} notebooks differ from what their sources build. "
            "Run `vegrad build`, or undo the change in the notebook (`git checkout notebooks`)."
        )
        return 2
    click.echo(f"{len(which)} lessons are up to date.")
    return 0
