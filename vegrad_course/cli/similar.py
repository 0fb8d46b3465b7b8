"""vegrad similar: answers that are alike beyond what the task explains."""

from pathlib import Path

import click

from vegrad_course.authoring.course import Course
from vegrad_course.cli.options import as_json, print_json
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson, find

WHERE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("lesson")
@click.option("--threshold", default=0.8, show_default=True, help="Alike from this share on.")
@click.option("--html", "html_file", type=WHERE, help="Write a page with both texts here.")
@as_json
def command(lesson: str, threshold: float, html_file: Path | None, as_json: bool) -> None:
    """Show which answers to LESSON are alike, beyond the released text and what all write.

    A hint for a person, never a verdict. No student code runs.
    """
    from rich.console import Console

    from vegrad_course.authoring.course import here
    from vegrad_course.cli.summary import write
    from vegrad_course.grading import similar_shown as shown
    from vegrad_course.grading.similar import similar

    which = find(lesson)
    answers, released = read(here(), which)
    pairs = similar(answers, released, threshold)
    if html_file:
        write(html_file, shown.as_page(which.id, pairs))
    if as_json:
        print_json(shown.as_json(pairs))
    elif pairs:
        Console().print(shown.as_text(pairs))
    else:
        click.echo(
            f"{len(answers)} submissions of {which.id}: no two are alike from {threshold:g} on."
        )


def read(course: Course, lesson: Lesson) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Each student's code answers, and the text that was released for them."""
    from vegrad_course.authoring.course import read_notebook
    from vegrad_course.exercises import registry
    from vegrad_course.grading.folders import submissions
    from vegrad_course.grading.recovery import grade_id
    from vegrad_course.grading.submission import parse

    release = read_notebook(course.student(lesson))
    names = {exercise.name for exercise in registry.of_lesson(lesson.number)}
    released = {grade_id(c): c.source for c in release.cells if grade_id(c) in names}
    answers = {s.student: parse(s, release).answers for s in submissions(course.root, lesson.id)}
    if not answers:
        raise Refusal(f"Nobody has handed in {lesson.id}: submitted/ holds no notebook of it.")
    return answers, released
