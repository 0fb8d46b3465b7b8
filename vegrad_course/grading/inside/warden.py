"""The warden of one submission: it waits outside of the walls and ends what takes too much."""

import os
import select
import signal
import socket
import time
from pathlib import Path

import msgpack

from .limits import Limits

PAUSE = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")


def watch(child: int, line: socket.socket, bounds: Limits, without: frozenset[str]) -> None:
    """Wait for the child to end, or end it; then say how it ended on the line.

    The child ends when the judge hangs up, when its time is up, or when all of its processes
    together hold more memory than they may.
    """
    end, why, peak = time.monotonic() + bounds.wall, "", 0
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if _hung_up(line):
            why = "stopped"
        elif time.monotonic() > end:
            why = "time"
        elif "watchdog" not in without:
            peak = max(peak, _memory(bounds.memory * 2**20))
            why = "memory" if peak > bounds.memory * 2**20 else ""
        if why:
            os.kill(child, signal.SIGKILL)
            done = os.waitpid(child, 0)
            break
    _report(line, why or "ended", os.waitstatus_to_exitcode(done[1]), peak)


def _hung_up(line: socket.socket) -> bool:
    readable, _, _ = select.select([line], [], [], PAUSE)
    return bool(readable)


def _memory(bound: int) -> int:
    """Bytes that belong to this submission alone, over all of its processes.

    No more than what is resident, which costs little to ask; so counted only where that is much.
    """
    own = {os.getpid(), os.getppid(), 1}
    places = [p for p in Path("/proc").iterdir() if p.name.isdigit() and int(p.name) not in own]
    resident = sum(map(_resident, places))
    return resident if resident <= bound else sum(map(_held, places))


def _resident(place: Path) -> int:
    """With all that it shares with the process that it was forked from."""
    try:
        return int((place / "statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):  # it has just ended
        return 0


def _held(place: Path) -> int:
    """Private memory, and a process's part of what is shared on purpose."""
    try:
        lines = (place / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    counted = ("Private_", "Pss_Shmem")
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(counted))


def _report(line: socket.socket, why: str, code: int, peak: int) -> None:
    try:
        line.sendall(msgpack.packb({"why": why, "code": code, "peak": peak}))
    except OSError:  # the judge is gone
        pass
