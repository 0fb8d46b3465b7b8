"""vegrad variants: numbers of one's own in the exercises, by a key for each student."""

from pathlib import Path

import click

from vegrad_course.checking import keys
from vegrad_course.errors import Refusal


@click.command()
@click.option("--key", metavar="KEY", help="Keep the key that your instructor gave you.")
@click.option("--off", is_flag=True, help="Forget the key: everybody's numbers again.")
@click.option(
    "--students", metavar="CSV", type=click.Path(path_type=Path), help="Print a key for each."
)
def command(key: str | None, off: bool, students: Path | None) -> None:
    """Numbers of your own in some exercises, so that they cannot be copied.

    Without an option: which key is kept. Instructors: --students roster.csv > keys.csv
    """
    if sum((key is not None, off, students is not None)) > 1:
        raise Refusal("--key, --off and --students do not go together. Give one of them.")
    if students is not None:
        click.echo(_keys(students), nl=False)
        return
    if key is not None or off:
        keys.keep(keys.parsed(key) if key is not None else "")
    kept = keys.own()
    click.echo(f"Your key is {kept}." if kept else "No key is kept: you have everybody's numbers.")
    if key is not None or off:
        click.echo("Open lessons take it up after Kernel > Restart Kernel and Run All Cells.")


def _keys(students: Path) -> str:
    from vegrad_course.authoring.course import here
    from vegrad_course.grading.roster import keys_csv
    from vegrad_course.grading.secret import Keys, load_or_make

    root = here().root
    keys_csv(students, Keys())  # a roster that cannot be read makes no secret
    return keys_csv(students, load_or_make(root))
