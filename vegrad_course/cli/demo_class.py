"""vegrad demo-class: a class to try grading on."""

import click

from vegrad_course.lessons import find


@click.command()
@click.option("--lesson", required=True, help="Such as 02_deep_chains, or 02.")
@click.option("--students", default=12, show_default=True, help="How many.")
def command(lesson: str, students: int) -> None:
    """Write a synthetic class into submitted/, and the marks that it must get into demo-class.csv.

    Grade it with `vegrad grade LESSON`.
    """
    from vegrad_course.authoring.course import here
    from vegrad_course.demo_class import enough_for_all_mistakes, write_class

    which = find(lesson)
    everyone = write_class(here(), which, students)
    click.echo(
        f"{len(everyone)} students stand in submitted/, their due marks in demo-class.csv. "
        f"Next: `vegrad grade {which.number}`"
    )
    if students < (enough := enough_for_all_mistakes(which)):
        click.echo(f"A class of {enough} would show every known mistake of this lesson.")
