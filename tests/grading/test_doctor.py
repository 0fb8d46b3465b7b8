"""The doctor tries each wall, and notices when one is missing."""

import json

import pytest

from vegrad_course.grading import doctor, sandbox
from vegrad_course.grading.sandbox import Sandbox

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


def test_it_notices_what_is_missing(monkeypatch):
    gone = frozenset({"network", "namespaces", "seccomp", "limits", "watchdog"})
    monkeypatch.setattr(doctor, "Sandbox", lambda cpu: Sandbox(None, gone))
    found = {wall.name: wall for wall in doctor.missing()}
    assert found.keys() == set(WALLS[2:]) - {"read-only system"}
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
