"""JupyterLab on one lesson."""

import os
import socket
import sys
import webbrowser
from pathlib import Path

import vegrad_course
from vegrad_course.authoring.course import Course
from vegrad_course.errors import Refusal
from vegrad_course.lessons import Lesson

SETTINGS = Path(vegrad_course.__file__).parent / "lab_settings"
NO_BROWSER = (
    "No browser was found on this computer. JupyterLab starts all the same: copy the address that "
    "it prints into a browser. Over ssh, forward the port first: ssh -L 8888:localhost:8888 HOST."
)


def command(
    course: Course, lesson: Lesson, port: int | None, browser: bool, arguments: tuple[str, ...]
) -> list[str]:
    """The command that serves a course and opens a lesson. What cannot work is refused."""
    import jupyterlab  # noqa: F401  (says what is missing before anything starts)

    page = course.student(lesson)
    if not page.is_file():
        raise Refusal(f"{page} is missing. `vegrad reset {lesson.number}` puts it back.")
    made = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}"]
    made += [f"--LabApp.default_url=/lab/tree/{page.relative_to(course.root).as_posix()}"]
    made += [f"--LabApp.app_settings_dir={SETTINGS}"]
    made += ["--Application.log_level=ERROR"]  # the address is the last thing seen
    made += ["--ServerApp.jpserver_extensions=vegrad_course.server=True"]
    if port is not None:
        _refuse_a_busy_port(port)
        made += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return [*made, *([] if browser else ["--no-browser"]), *arguments]


def has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _refuse_a_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise Refusal(
                f"Port {port} is in use or not allowed. Choose another: --port 8890."
            ) from None


def config_path() -> str:
    """Where Jupyter looks for settings: the course's, and then as before."""
    before = os.environ.get("JUPYTER_CONFIG_PATH")
    return os.pathsep.join([str(SETTINGS), *([before] if before else [])])


def run(command: list[str], folder: Path) -> None:
    """Become JupyterLab, with the course's settings. Does not come back."""
    os.environ["JUPYTER_CONFIG_PATH"] = config_path()
    os.chdir(folder)
    os.execv(command[0], command)
