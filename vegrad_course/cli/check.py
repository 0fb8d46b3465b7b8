"""vegrad check: the verdicts on a notebook file."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vegrad_course.cli.completion import lessons
from vegrad_course.cli.options import as_json, print_json
from vegrad_course.lessons import find

if TYPE_CHECKING:
    from vegrad_course.self_study.verdicts import Verdict


@click.command()
@click.argument("notebook", metavar="LESSON_OR_FILE", shell_complete=lessons)
@as_json
def command(notebook: str, as_json: bool) -> int:
    """Check the notebook of a lesson (05), or any notebook file, without opening it.

    Runs all its cells as JupyterLab would and prints what each check says. The file stays as it
    is; what passes counts in your progress. Exits with 1 unless every exercise passes.
    """
    path = _place(notebook)  # a name that is none is refused before anything heavy is loaded
    from vegrad_course.self_study.check import check, lesson_of
    from vegrad_course.self_study.notebook import read

    found, version = read(path)
    number = lesson_of(path, found)
    if version < 4:
        click.echo(f"vegrad: {path} is in the old format {version}; read as format 4.", err=True)
    if not as_json:
        click.echo(f"Running {path.name} ...", err=True)
    verdicts = check(found, path.parent, number, tell=(lambda _: None) if as_json else _say)
    score, points = sum(v.score for v in verdicts), sum(v.points for v in verdicts)
    passed = sum(v.passed for v in verdicts)
    if as_json:
        head = {"notebook": str(path), "lesson": find(number).id}
        sums = {"score": score, "points": points}
        print_json({**head, **sums, "exercises": [asdict(v) for v in verdicts]})
    else:
        marks = f", {score:g} of {points:g} points" if points else ""
        click.echo(f"{path.name}: {passed} of {len(verdicts)} exercises right{marks}")
    return 0 if passed == len(verdicts) else 1


def _place(name: str) -> Path:
    if name.endswith(".ipynb") or os.sep in name or "/" in name:
        return Path(name).absolute()
    which = find(name)
    from vegrad_course.authoring.course import here

    return here().student(which)


def _say(verdict: "Verdict") -> None:
    more = "\n" if "\n" in verdict.text else ""  # a blank line after what is longer than a line
    click.echo(f"{'✓' if verdict.passed else '✗'} {verdict.text}{more}")
