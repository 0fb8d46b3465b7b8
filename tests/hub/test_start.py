"""What may be missing or in the way when the hub is started: one line, and what to do."""

import fcntl
import shutil
import socket
import subprocess

import pytest

from tests.hub.hub import START, environment, free_port


def start(state, port, **more):
    """The one line of a start that is refused."""
    command = [str(START), "--state", str(state), "--port", str(port)]
    done = subprocess.run(
        command, env=environment(**more), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def test_a_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = start(tmp_path, port)
    assert said.startswith(f"hub: The hub needs a free port: got {port} (Address already in use)")
    assert said.endswith("Name another one: --port 8010.")


def test_a_hub_that_is_already_running(tmp_path):
    with (tmp_path / "running").open("w") as lock:
        lock.write("http://127.0.0.1:8123")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = start(tmp_path, free_port())
    assert "already running. Open http://127.0.0.1:8123, or stop it with Ctrl+C" in said


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_no_node(tmp_path, missing):
    for program in {"sh", "dirname", "node", "npm"} - {missing}:
        there = shutil.which(program) or shutil.which("true")
        (tmp_path / program).symlink_to(there)
    said = start(tmp_path / "state", free_port(), PATH=str(tmp_path))
    assert f"The hub's proxy needs Node.js 18 or newer: found no {missing}. Install it" in said


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "state").write_text("a file, not a folder")
    said = start(tmp_path / "state", free_port())
    assert "needs a folder to write into" in said and "--state" in said


def test_no_python(tmp_path):
    said = start(tmp_path, free_port(), PYTHON=str(tmp_path / "python"))
    assert said.endswith("Run `make install` first.")
