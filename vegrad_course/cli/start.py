"""vegrad start: JupyterLab on the first lesson."""

import os
import socket
import sys
from pathlib import Path

import click

import vegrad_course
from vegrad_course.authoring.course import here
from vegrad_course.errors import Refusal
from vegrad_course.lessons import all_lessons


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", type=int, help="The port to serve on. Without it, the first free one.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(port: int | None, arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the first lesson. ARGUMENTS go to `jupyter lab`."""
    import jupyterlab  # noqa: F401  (says what is missing before anything starts)

    course = here()
    first = course.student(all_lessons()[0]).relative_to(course.root)
    if port is not None:
        _refuse_a_busy_port(port)
        arguments = (f"--ServerApp.port={port}", "--ServerApp.port_retries=0", *arguments)
    os.chdir(course.root)
    settings = Path(vegrad_course.__file__).parent / "lab_settings"
    jupyter = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{first}"]
    jupyter += [f"--LabApp.app_settings_dir={settings}"]
    jupyter += ["--ServerApp.kernel_websocket_connection_class=vegrad_course.server.PromptChannels"]
    os.execv(sys.executable, [*jupyter, *arguments])


def _refuse_a_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise Refusal(
                f"Port {port} is in use or not allowed. Choose another: --port 8890."
            ) from None
