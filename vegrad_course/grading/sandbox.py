"""One sandbox: bubblewrap around a process that has the libraries loaded and waits for orders."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import msgpack

import vegrad_course
from vegrad_course.errors import Refusal
from vegrad_course.exercises import limits as alarm
from vegrad_course.grading.inside.limits import Limits

WALLS = ("network", "namespaces", "files", "limits", "package", "watchdog", "seccomp")
INSIDE = Path(__file__).parent / "inside"
COURSE = Path(vegrad_course.__file__).parent
SHUT = ("--remount-ro", "/dev", "--remount-ro", "/")  # what bubblewrap itself made
FLAGS = ("-I", "-B", "-c")
START_SECONDS = 120
ENVIRONMENT = {
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "USER": "student",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/opt/matplotlib",
    "NBGRADER_EXECUTION": "autograde",
    "VEGRAD_PROGRESS": "off",
}


class Sandbox:
    """A sandbox that is starting. `order` begins one submission in it, behind walls of its own.

    `without` names walls to leave out, for showing what each of them is good for. `cpu` is the
    one processor that everything in this sandbox must share. Without `libraries` it starts at
    once, and each submission has to load its own.
    """

    def __init__(
        self,
        cpu: int | None = None,
        without: frozenset[str] = frozenset(),
        libraries: bool = True,
    ) -> None:
        self.without = without
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.errors = TemporaryFile()
        with theirs:
            self.process = subprocess.Popen(
                command(theirs.fileno(), without, libraries),
                pass_fds=[theirs.fileno()],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                start_new_session=True,
                preexec_fn=_on_cpu(cpu),
            )
        self.control.settimeout(START_SECONDS)
        self._started = False

    def wait(self) -> None:
        """Wait until the libraries are loaded. A sandbox that does not start is refused."""
        try:
            self._started = self._started or self.control.recv(16) == b"ready"
        except OSError:
            pass
        if not self._started:
            raise Refusal(f"The sandbox did not start: {self.said()}. `vegrad doctor` says more.")

    def order(self, limits: Limits, course: bool = False) -> tuple[socket.socket, socket.socket]:
        """Fork a process for a submission. Returns the line to it, and the line to its warden.

        `course` lets it see the course's package, which is right for values, never for functions.
        """
        self.wait()
        (answers, inner), (word, warden) = socket.socketpair(), socket.socketpair()
        message = msgpack.packb({"limits": asdict(limits), "course": course})
        with inner, warden:
            socket.send_fds(self.control, [message], [inner.fileno(), warden.fileno()])
        return answers, word

    def said(self) -> str:
        """The last line that the sandbox wrote to its stderr."""
        self.errors.seek(0)
        lines = self.errors.read()[-2000:].decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self) -> None:
        self.control.close()
        self.process.kill()
        self.process.wait()
        self.errors.close()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def command(line: int, without: frozenset[str], libraries: bool = True) -> list[str]:
    """The command that starts a sandbox whose control line is the open file `line`."""
    bare = "files" in without
    places = [str(INSIDE.parent), str(COURSE.parent)] if bare else ["/opt/grader"]
    begin = f"import sys; sys.path += {places}; from inside import zygote; "
    start = f"{begin}zygote.main({line}, {','.join(sorted(without))!r}, {libraries})"
    python = [sys.executable, *FLAGS] if bare else python_inside()
    return [*walls(without), *python, start]


def python_inside() -> list[str]:
    """How to run a text as a program with the sandbox's Python."""
    return [_inside(sys.executable), *FLAGS]


def walls(without: frozenset[str] = frozenset(), places: Sequence[str] = ()) -> list[str]:
    """Bubblewrap's arguments, or none at all without the wall "files". `places` adds mounts."""
    if "files" in without:
        return []
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise Refusal("bubblewrap is missing. Install it: `apt-get install bubblewrap`.")
    parted = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    parted += [] if "network" in without else ["--unshare-net"]
    parted += (
        ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        if os.getuid() == 0
        else ["--unshare-user"]
    )
    ends = ["--die-with-parent", "--new-session", "--hostname", "sandbox"]
    return [bwrap, *parted, *ends, *_places(), *places, *SHUT]


def _places() -> list[str]:
    """What the sandbox sees of the disk: libraries, read-only, and nothing of the course's data."""
    links = [Path("/", name) for name in ("bin", "lib", "lib64", "lib32")]
    places = [
        a for link in links if link.is_symlink() for a in ("--symlink", f"usr{link}", f"{link}")
    ]
    places += [*_read_only(), "--dev", "/dev", "--proc", "/proc", *_hidden_package()]
    return [*places, "--perms", "1777", "--tmpfs", "/tmp", "--chdir", "/tmp"]


def _read_only() -> list[str]:
    shown = {"/usr": "/usr", str(COURSE): "/opt/course/vegrad_course"}
    shown |= {folder: _inside(folder) for folder in _python()}
    for file in sorted(INSIDE.glob("*.py")):
        source = Path(alarm.__file__) if file.name == "alarm.py" else file
        shown[str(source)] = f"/opt/grader/inside/{file.name}"
    optional = [f"/etc/{name}" for name in ("ld.so.cache", "alternatives", "fonts", "localtime")]
    optional += [place for place in ("/bin", "/lib", "/lib64") if not Path(place).is_symlink()]
    shown |= {place: place for place in optional if Path(place).exists()}
    if Path(_matplotlib_cache()).is_dir():
        shown[_matplotlib_cache()] = "/opt/matplotlib"
    parents = sorted({str(p) for there in shown.values() for p in Path(there).parents[:-1]})
    made = [a for parent in parents for a in ("--perms", "0755", "--dir", parent)]
    return made + [a for here, there in shown.items() for a in ("--ro-bind", here, there)]


def _python() -> list[str]:
    """The folders of this Python and its packages, the outer before the inner."""
    folders = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib")}
    apart = {folder for folder in folders if not Path(folder).is_relative_to("/usr")}
    return sorted(f for f in apart if not any(f != g and Path(f).is_relative_to(g) for g in apart))


def _inside(place: str) -> str:
    """Where a place of the virtual environment stands in the sandbox: never below /tmp."""
    if sys.prefix == sys.base_prefix or not Path(place).is_relative_to(sys.prefix):
        return place
    return str(Path("/opt/python") / Path(place).relative_to(sys.prefix))


def _hidden_package() -> list[str]:
    """Cover the course's package where it is installed among the libraries."""
    inside = any(COURSE.is_relative_to(folder) for folder in [*_python(), "/usr"])
    return ["--tmpfs", _inside(str(COURSE))] if inside else []


def _matplotlib_cache() -> str:
    import matplotlib

    return matplotlib.get_cachedir()


def _on_cpu(cpu: int | None) -> Any:
    return None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})
