"""vegrad grade: grade a class in a sandbox, into nbgrader's gradebook."""

import os
import time
from typing import TYPE_CHECKING, Any

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.errors import Refusal
from vegrad_course.lessons import find

if TYPE_CHECKING:
    from vegrad_course.grading.run import Run


@click.command()
@click.argument("lesson")
@click.option("--workers", type=click.IntRange(1), help="Processes; one per core when not given.")
@click.option("--scheduler", metavar="ADDRESS", help="Use the Dask cluster with this scheduler.")
@click.option("--db", metavar="URL", help="The gradebook; the course's own when not given.")
@click.option("--again", is_flag=True, help="Grade also what is already graded.")
@click.option("--whole", is_flag=True, help="Run every cell, not only what the answers need.")
@click.option("--seed", type=int, help="Of the hidden questions; a new secret when not given.")
@click.option("--unsafe", is_flag=True, help="Grade without walls; recorded with each grade.")
@as_json
def command(lesson: str, db: str | None, as_json: bool, **options: Any) -> None:
    """Grade what is new in submitted/ for LESSON.

    Stopped at any moment, the same command goes on where it was. Marks given by hand are kept.
    """
    from vegrad_course.authoring.course import here
    from vegrad_course.authoring.release import register
    from vegrad_course.grading import settings
    from vegrad_course.grading.cluster import workers
    from vegrad_course.grading.database import parse
    from vegrad_course.grading.gradebook import Writer
    from vegrad_course.grading.rules import Rules
    from vegrad_course.grading.run import Run, count

    course, which = here(), find(lesson)
    count(course.root, which)
    config = settings.load(course.root)
    url = db or settings.database(course.root, config)
    without = walls_to_leave_out(options["unsafe"])
    crew = options["workers"] or os.cpu_count() or 1
    with Writer(url, config=config) as writer, workers(crew, options["scheduler"], without) as at:
        if not writer.knows(which.id):
            register(course, which, parse(url).render_as_string(hide_password=False))
        rules = Rules(writer.begin(which.id, options["seed"]), whole=options["whole"])
        run = Run(course, which, writer, at, rules, options["again"])
        graded = grade(run, quiet=as_json)
    tell(url, which.id, graded, run.passed_over, as_json)


def walls_to_leave_out(unsafe: bool) -> frozenset[str]:
    """None, unless the instructor insists. A machine without protection is refused."""
    from vegrad_course.grading.doctor import missing
    from vegrad_course.grading.sandbox import WALLS

    if unsafe:
        return frozenset(WALLS)
    if lacking := missing():
        raise Refusal(
            f"Student code would run unprotected here: {lacking[0].name}: {lacking[0].fix} "
            "`vegrad doctor` tells all. With --unsafe it runs all the same, and that is recorded."
        )
    return frozenset()


def grade(run: "Run", quiet: bool) -> int:
    """Grade with a bar that shows the rate and the time left. Returns how many were graded."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from vegrad_course.grading.run import count

    rate = TextColumn("{task.fields[rate]:.0f} a minute")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate)
    with Progress(*columns, TimeRemainingColumn(), disable=quiet) as bar:
        total = count(run.course.root, run.lesson)
        task = bar.add_task(run.lesson.id, total=total, rate=0.0)
        number, begun = 0, time.monotonic()
        for number, _ in enumerate(run, 1):
            rate_now = 60 * number / (time.monotonic() - begun)
            bar.update(task, completed=number + run.passed_over, rate=rate_now)
        bar.update(task, completed=number + run.passed_over)
    return number


def tell(url: str, lesson: str, graded: int, passed_over: int, as_json: bool) -> None:
    """How the lesson stands now, with what was graded before."""
    from rich.console import Console

    from vegrad_course.grading import summary_tables
    from vegrad_course.grading.summary_source import read_summary

    summary = read_summary(url, lesson)
    if as_json:
        now = {"graded_now": graded, "already_graded": passed_over}
        print_json({**now, **summary_tables.as_json(summary)})
        return
    Console().print(summary_tables.as_text(summary))
    click.echo(
        f"{graded} graded now, {passed_over} were already. Next: "
        f"`nbgrader generate_feedback {lesson}`, or `nbgrader formgrader` to mark by hand."
    )
