"""vegrad open: JupyterLab on a lesson."""

import click

from vegrad_course.cli.completion import lessons
from vegrad_course.lessons import find

SETTINGS = {"ignore_unknown_options": True}
PORT = click.option(
    "--port", type=int, help="The port to serve on. Without it, the first free one."
)
QUIET = click.option("--no-browser", is_flag=True, help="Serve only; print the address to open.")
REST = click.argument("arguments", nargs=-1, type=click.UNPROCESSED)


@click.command(context_settings=SETTINGS)
@click.argument("lesson", shell_complete=lessons)
@PORT
@QUIET
@REST
def command(lesson: str, port: int | None, no_browser: bool, arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on LESSON (05, or 05_initialization). ARGUMENTS go to `jupyter lab`."""
    open_lesson(lesson, port, no_browser, arguments)


def open_lesson(name: str, port: int | None, no_browser: bool, arguments: tuple[str, ...]) -> None:
    """Serve the course of the current folder and open a lesson."""
    which = find(name)
    from vegrad_course.authoring.course import here
    from vegrad_course.self_study import lab

    course, browser = here(), not no_browser
    if browser and not lab.has_browser():
        browser = False
        click.echo(f"vegrad: {lab.NO_BROWSER}", err=True)
    command = lab.command(course, which, port, browser, arguments)
    click.echo("Starting JupyterLab. Its address follows; Control-C stops it.")
    lab.run(command, course.root)
