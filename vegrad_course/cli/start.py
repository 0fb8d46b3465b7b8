"""vegrad start: JupyterLab on the welcome notebook."""

import click

from vegrad_course.cli.open import PORT, QUIET, REST, SETTINGS, open_lesson
from vegrad_course.lessons import all_lessons


@click.command(context_settings=SETTINGS)
@PORT
@QUIET
@REST
def command(port: int | None, no_browser: bool, arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the welcome notebook. ARGUMENTS go to `jupyter lab`."""
    open_lesson(all_lessons()[0].id, port, no_browser, arguments)
