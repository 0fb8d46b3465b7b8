"""A Jupyter kernel behind the walls of a submission, for the display of a notebook."""

import json
import os
import shutil
import socket
import time
from functools import partial
from pathlib import Path

from . import linux, walls, warden
from .limits import Limits

FOLDER, CONNECTION = "/opt/kernel", "/opt/kernel/connection.json"
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
START_SECONDS = 60


def main(line: int, bounds: str, arguments: list[str]) -> None:
    """Start the kernel in a process of its own, and watch over it until the line is closed."""
    limits, word = Limits(**json.loads(bounds)), socket.socket(fileno=line)
    walls.leave_root()
    walls.part_from_siblings()
    if child := os.fork():
        warden.watch(child, word, limits, frozenset())
        return
    walls.close_in(limits, False, frozenset(), partial(_seal_when_started, word))
    word.close()
    _serve(arguments)


def _serve(arguments: list[str]) -> None:
    if Path("/opt/matplotlib").is_dir():  # it wants to write beside the fonts that it has listed
        shutil.copytree("/opt/matplotlib", "/tmp/matplotlib")
        os.environ["MPLCONFIGDIR"] = "/tmp/matplotlib"
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=["-f", CONNECTION, *arguments])


def _seal_when_started(word: socket.socket) -> None:
    """Begin a helper that shuts the one folder that leads outside, once the channels stand in it.

    Only then does it say "ready", and only then does the notebook's first cell come.
    """
    if os.fork() == 0:
        if _started():
            flags = linux.REMOUNT | linux.BIND | linux.READ_ONLY | linux.NOSUID | linux.NODEV
            linux.mount("", FOLDER, flags)
            word.sendall(b"ready")
        os._exit(0)


def _started() -> bool:
    said = json.loads(Path(CONNECTION).read_text())
    places = [Path(f"{said['ip']}-{said[channel + '_port']}") for channel in CHANNELS]
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if all(place.exists() for place in places):
            return True
        time.sleep(0.02)
    return False
