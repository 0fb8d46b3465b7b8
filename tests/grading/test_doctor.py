"""The doctor tries each wall, and notices when one is missing."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from vegrad_course.grading import doctor, sandbox
from vegrad_course.grading.sandbox import Sandbox

CAN = "import os, sys, torch, vegrad_course; os.stat(sys.executable)"
WALLS = (
    "bubblewrap",
    "user namespaces",
    "own network",
    "own processes",
    "read-only system",
    "seccomp",
    "processor pinning",
    "memory watchdog",
    "process limit",
)


def test_this_machine_has_every_wall(vegrad):
    code, out, _ = vegrad("doctor", "--json")
    told = json.loads(out)
    assert [wall["name"] for wall in told["walls"]] == list(WALLS)
    assert [wall["name"] for wall in told["walls"] if not wall["holds"]] == []
    assert code == 0 and told["protected"] is True
    assert {"python", "torch", "nbgrader"} <= told["versions"].keys()


def test_it_says_a_plain_sentence_for_each(vegrad):
    _, out, _ = vegrad("doctor")
    assert "holds    own network: Student code cannot reach the network.\n" in out
    said = [line for line in out.splitlines() if line.startswith("holds")]
    assert all(line.endswith(".") and "False" not in line for line in said) and len(said) == 9


def test_it_notices_what_is_missing(monkeypatch):
    gone = frozenset({"network", "namespaces", "seccomp", "limits", "watchdog"})
    monkeypatch.setattr(doctor, "Sandbox", lambda **given: Sandbox(None, gone, libraries=False))
    found = {wall.name: wall for wall in doctor.missing()}
    assert found.keys() == set(WALLS[2:]) - {"read-only system"}
    assert found["own network"].seen.startswith(
        "Student code reaches the network of this machine. (reached"
    )
    assert all(wall.fix for wall in found.values())


def test_without_bubblewrap_it_says_what_to_install(monkeypatch, vegrad):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    code, out, _ = vegrad("doctor")
    assert code == 1
    assert "MISSING  bubblewrap" in out and "apt-get install bubblewrap" in out
    assert "`vegrad grade` refuses" in out


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=10000"),
        ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "/etc/apparmor.d/bwrap"),
        ("kernel/apparmor_restrict_unprivileged_userns", "0", "seccomp=unconfined"),
    ],
)
def test_the_fix_fits_the_machine(tmp_path, name, value, fix):
    file = tmp_path / name
    file.parent.mkdir()
    file.write_text(value + "\n")
    assert fix in doctor.namespaces_fix(tmp_path)


def test_a_sandbox_that_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr(sandbox, "python_inside", lambda: ["/no/such/python"])
    (lacking,) = doctor.missing()
    assert lacking.name == "sandbox" and "No such file" in lacking.seen and lacking.fix


@pytest.mark.slow
def test_an_ordinary_user_has_every_wall_too():
    """VEGRAD_ORDINARY_PYTHON names an interpreter for it, where the own one is root's alone."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become an ordinary user; the other tests ran as one")
    python = os.environ.get("VEGRAD_ORDINARY_PYTHON", sys.executable)
    asks = "from vegrad_course.grading.doctor import missing; print(missing())"
    ordinary = ["setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups"]
    home = {"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    found = {"env": home, "cwd": "/", "capture_output": True, "text": True}
    if subprocess.run([*ordinary, python, "-c", CAN], **found).returncode:
        pytest.skip(f"an ordinary user cannot read {python} and its packages")
    told = subprocess.run([*ordinary, python, "-c", asks], **found)
    assert told.stdout.strip() == "[]", told.stdout + told.stderr
