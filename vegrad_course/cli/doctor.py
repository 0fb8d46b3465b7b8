"""vegrad doctor: what protection this machine gives to whoever grades on it."""

import click

from vegrad_course.cli.options import as_json, print_json


@click.command()
@as_json
def command(as_json: bool) -> int:
    """Try each wall of the grading sandbox. Exits with 1 when one is missing, and says the fix."""
    from vegrad_course.grading.doctor import protection, versions

    walls, known = protection(), versions()
    protected = all(wall.holds for wall in walls)
    if as_json:
        plain = [vars(wall) for wall in walls]
        print_json({"protected": protected, "walls": plain, "versions": known})
        return 0 if protected else 1
    for wall in walls:
        click.echo(f"{'holds  ' if wall.holds else 'MISSING'}  {wall.name}: {wall.seen}")
        if wall.fix:
            click.echo(f"         To do: {wall.fix}")
    click.echo("Versions: " + ", ".join(f"{name} {number}" for name, number in known.items()))
    click.echo(
        "Student code is shut in on this machine: `vegrad grade` may run."
        if protected
        else "Student code would not be shut in: `vegrad grade` refuses to run, unless --unsafe."
    )
    return 0 if protected else 1
