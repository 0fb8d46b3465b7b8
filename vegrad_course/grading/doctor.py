"""What protection this machine gives: each wall is tried, from inside a sandbox."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from tempfile import NamedTemporaryFile
from typing import Any

from vegrad_course.errors import Refusal
from vegrad_course.grading.doctor_words import SAID
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.probes import MEMORY, PROBE, PROCESSES
from vegrad_course.grading.sandbox import Sandbox
from vegrad_course.grading.session import SandboxLost, Session

SYSCTL = Path("/proc/sys")
INSTALL = "Install it: `apt-get install bubblewrap`."
REPORT = "The sandbox started, but this wall did not hold. Do not grade here; update the kernel."
CONTAINER = (
    "In a container, start it with `--security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined --security-opt systempaths=unconfined`; as root also with "
    "`--cap-add SYS_ADMIN`."
)
SWITCHES = {  # what a kernel may forbid ordinary users, the value that forbids, and the way out
    "user/max_user_namespaces": ("0", "`sudo sysctl -w user.max_user_namespaces=10000`."),
    "kernel/unprivileged_userns_clone": (
        "0",
        "`sudo sysctl -w kernel.unprivileged_userns_clone=1`.",
    ),
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "Ubuntu's AppArmor forbids it: give /usr/bin/bwrap a profile with `flags=(unconfined)` and "
        "`userns,` in /etc/apparmor.d/bwrap, or "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`.",
    ),
}
FROM_INSIDE: dict[str, dict[str, Any]] = {  # what the probe must find, by wall
    "own network": {"reached": False, "interfaces": ["lo"]},
    "own processes": {"pid": 1, "signalled": False},
    "read-only system": {"read": False, "written": []},
    "seccomp": {"unshared": False, "vsock": False},
    "processor pinning": {"one_processor": True, "moved": False},
}


@dataclass(frozen=True)
class Wall:
    """One wall: does it hold, what was seen, and what to do if it does not."""

    name: str
    holds: bool
    seen: str
    fix: str = ""


def missing() -> list[Wall]:
    """The walls that do not hold here. Grading must not start when there is any."""
    return [wall for wall in protection() if not wall.holds]


def protection() -> list[Wall]:
    """Every wall, tried. Without bubblewrap or user namespaces the others cannot be tried."""
    walls = [_bubblewrap()]
    if walls[-1].holds:
        walls.append(_namespaces())
    if not walls[-1].holds:
        return walls
    try:
        with Sandbox(cpu=min(os.sched_getaffinity(0)), libraries=False) as sandbox:
            return [*walls, *_from_inside(sandbox)]
    except (Refusal, SandboxLost) as error:
        return [*walls, Wall("sandbox", False, str(error), namespaces_fix())]


def versions() -> dict[str, str]:
    """The versions that marks may depend on; "missing" where a package is not installed."""
    packages = ("vegrad-course", "numpy", "torch", "nbgrader", "ipykernel")
    return {"python": python_version()} | {name: _version(name) for name in packages}


def namespaces_fix(sysctl: Path = SYSCTL) -> str:
    """How to allow user namespaces on a machine with these kernel settings."""
    for name, (forbids, fix) in SWITCHES.items():
        file = sysctl / name
        if file.is_file() and file.read_text().strip() == forbids:
            return fix
    return CONTAINER


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _bubblewrap() -> Wall:
    place = shutil.which("bwrap")
    if place is None:
        return Wall("bubblewrap", False, "The program `bwrap` is not on the PATH.", INSTALL)
    said = subprocess.run([place, "--version"], capture_output=True, text=True, timeout=10)
    return Wall("bubblewrap", True, f"The sandbox is built by {said.stdout.strip()}, {place}.")


def _namespaces() -> Wall:
    """Can this user have namespaces, and namespaces within these?"""
    once = ["bwrap", "--unshare-user", "--dev-bind", "/", "/"]
    said = subprocess.run([*once, *once, "true"], capture_output=True, text=True, timeout=10)
    if said.returncode == 0:
        return Wall("user namespaces", True, "You may make namespaces, also one within another.")
    reason = said.stderr.strip().splitlines() or ["bwrap failed"]
    return Wall("user namespaces", False, reason[-1], namespaces_fix())


def _from_inside(sandbox: Sandbox) -> Iterator[Wall]:
    found = _probed(sandbox)
    for name, wanted in FROM_INSIDE.items():
        seen = {key: found.get(key) for key in wanted}
        yield _wall(name, seen == wanted, ", ".join(f"{k} {v}" for k, v in seen.items()))
    stopped = _stopped(sandbox, Limits(memory=96, wall=20), MEMORY)
    yield _wall("memory watchdog", stopped == "memory", f"it ended by {stopped}")
    with closing(Session(sandbox, Limits(processes=16, wall=20))) as session:
        session.run([("probe", PROCESSES)])
        begun = session.get("begun").get("value")
    yield _wall("process limit", type(begun) is int and begun < 16, f"{begun} started")


def _wall(name: str, holds: bool, found: str) -> Wall:
    """One sentence; where the wall does not hold, with what the probe found."""
    good, bad = SAID[name]
    return Wall(name, True, good) if holds else Wall(name, False, f"{bad} ({found})", REPORT)


def _probed(sandbox: Sandbox) -> dict[str, Any]:
    """What student code can reach: a port and a file of this process, the system, the kernel."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        NamedTemporaryFile() as file,
        closing(Session(sandbox, Limits(wall=20))) as session,
    ):
        here = {"PORT": server.getsockname()[1], "FILE": file.name, "PID": os.getpid()}
        session.run([("probe", f"{here = }\n{PROBE}")])
        found = session.get("found").get("value")
    return found if isinstance(found, dict) else {}


def _stopped(sandbox: Sandbox, limits: Limits, text: str) -> str:
    """How a submission of one cell ended."""
    with closing(Session(sandbox, limits)) as session:
        try:
            session.run([("probe", text)])
        except SandboxLost as lost:
            return lost.kind
    return "not stopped"
