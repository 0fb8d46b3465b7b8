"""vegrad new: the first files of a lesson."""

import click


@click.command()
@click.argument("lesson")
@click.option("--title", required=True, help="As learners see it.")
@click.option("--exercise", required=True, help="The name of its first exercise.")
def command(lesson: str, title: str, exercise: str) -> None:
    """Begin LESSON (such as 13_attention) with one exercise that works, ready to be changed."""
    from vegrad_course.authoring.course import here
    from vegrad_course.authoring.new import begin_lesson

    course = here()
    for path in begin_lesson(course, lesson, title, exercise):
        click.echo(f"wrote {path.relative_to(course.root)}")
    click.echo(f"Next: change these files, then `vegrad build {lesson[:2]}`.")
