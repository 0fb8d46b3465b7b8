"""A Jupyter kernel in the sandbox: the provisioner `vegrad-sandbox`.

A kernel spec asks for it with `"metadata": {"kernel_provisioner": {"provisioner_name":
"vegrad-sandbox"}}`. The kernel is Python's. Messages go over Unix sockets: it has no network.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.provisioning import LocalProvisioner

from vegrad_course.errors import Refusal
from vegrad_course.grading import sandbox
from vegrad_course.grading.inside.kernel import CONNECTION, FOLDER, START_SECONDS
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.inside.walls import NOBODY

NAME = "vegrad-sandbox"
LONGEST_MESSAGE = 16 * 2**20
START = "import sys; sys.path[:0] = ['/opt/grader', '/opt/course']; from inside import kernel; "
ENVIRONMENT = {k: v for k, v in sandbox.ENVIRONMENT.items() if k != "MPLBACKEND"}  # inline figures


class SandboxProvisioner(LocalProvisioner):
    """Starts the kernel behind the walls of `vegrad grade`, within the same limits.

    The course's package can be imported, so that demonstrations are shown as in class: what runs
    here is for looking at. Marks are never taken from it. `wall` bounds the kernel's whole life.
    """

    limits = Limits()
    folder: Path | None = None
    line: socket.socket | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the transport. Refuses, with what to do, where there is no bubblewrap."""
        self.folder = self.folder or _new_folder()
        walls = sandbox.walls(places=("--bind", str(self.folder), FOLDER))
        manager: Any = self.parent
        self.kernel_spec.interrupt_mode = "message"
        manager.transport, manager.ip = "ipc", str(self.folder / "k")
        manager.context.sockopts[zmq.MAXMSGSIZE] = LONGEST_MESSAGE
        prepared = await super().pre_launch(**kwargs)
        _connect(self.folder, Path(manager.connection_file))
        command = prepared["cmd"]
        arguments = command[command.index("-f") + 2 :] if "-f" in command else []
        return {**prepared, "cmd": [*walls, *sandbox.python_inside()], "arguments": arguments}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel and wait until its channels stand."""
        bounds, arguments = json.dumps(asdict(self.limits)), kwargs.pop("arguments")
        self.line, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as errors:
            start = f"{START}kernel.main({theirs.fileno()}, {bounds!r}, {arguments!r})"
            quiet = {"stdout": subprocess.DEVNULL, "stderr": errors, "independent": True}
            given = {"env": dict(ENVIRONMENT), "pass_fds": [theirs.fileno()], "cwd": "/"}
            info = await super().launch_kernel([*cmd, start], **kwargs | quiet | given)
            theirs.close()
            if not await self._ready():
                errors.seek(0)
                said = errors.read()[-2000:].decode(errors="replace").strip().splitlines()
                await self.kill()
                raise Refusal(
                    f"The sandboxed kernel did not start: {said[-1] if said else 'it said nothing'}"
                    ". `vegrad doctor` says more."
                )
        return info

    async def _ready(self) -> bool:
        assert self.line is not None
        self.line.setblocking(False)
        heard = asyncio.get_running_loop().sock_recv(self.line, 5)
        try:
            return await asyncio.wait_for(heard, START_SECONDS) == b"ready"
        except TimeoutError:
            return False

    async def cleanup(self, restart: bool = False) -> None:
        """Hang up, which ends whatever still runs in there, and remove the channels."""
        if self.line is not None:
            self.line.close()
        if self.folder is not None and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
        await super().cleanup(restart)


def _new_folder() -> Path:
    """A short path, as a Unix socket wants, that only this user and the sandbox can enter."""
    folder = Path(tempfile.mkdtemp(prefix="vegrad-", dir="/tmp"))
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _connect(folder: Path, connection: Path) -> None:
    """The kernel's connection file: as ours, with the folder's place in the sandbox."""
    for old in folder.glob("k-*"):
        old.unlink()
    file = folder / Path(CONNECTION).name
    file.write_text(json.dumps(json.loads(connection.read_text()) | {"ip": f"{FOLDER}/k"}))
    file.chmod(0o600)
    if os.getuid() == 0:
        os.chown(file, NOBODY, NOBODY)
