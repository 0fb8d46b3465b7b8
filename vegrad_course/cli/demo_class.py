"""vegrad demo-class: a class to try grading on."""

import click

from vegrad_course.lessons import find


@click.command()
@click.option("--lesson", required=True, help="Such as 02_deep_chains, or 02.")
@click.option("--students", default=12, show_default=True, help="How many.")
@click.option("--compare", is_flag=True, help="Write nothing: are the marks given those due?")
def command(lesson: str, students: int, compare: bool) -> int:
    """Write a synthetic class into submitted/, and the marks that it must get into demo-class.csv.

    Grade it with `vegrad grade LESSON`, then compare.
    """
    return _compare(lesson) if compare else _write(lesson, students)


def _write(lesson: str, students: int) -> int:
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
    return 0


def _compare(lesson: str) -> int:
    """Exits with 1 where a mark is not as due."""
    from vegrad_course.authoring.course import here
    from vegrad_course.demo_class import due_marks
    from vegrad_course.grading import settings
    from vegrad_course.grading.summary_source import read_marks

    course = here()
    due = due_marks(course)
    book = settings.database(course.root, settings.load(course.root))
    given = read_marks(book, find(lesson).id)
    other = [key for key in due if given.get(key) != due[key]]
    for student, exercise in other:
        got = given.get((student, exercise), "no mark")
        click.echo(f"{student}, {exercise}: {got} in place of {due[student, exercise]}")
    click.echo(f"{len(due) - len(other)} of {len(due)} marks are as due.")
    return 1 if other else 0
