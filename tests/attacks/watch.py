"""Watching a command from outside: its memory, its time, and an end to it when it has none."""

import subprocess
import threading
import time
from pathlib import Path

import psutil

from tests.attacks import signs


class Watched:
    """A command, ended after `most` seconds, with the memory of all its processes."""

    def __init__(self, command: list[str], log: Path, most: float, **options) -> None:
        begun, self.peak = time.monotonic(), 0
        started: set[psutil.Process] = set()
        with log.open("w") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=out, start_new_session=True, **options
            )
            while process.poll() is None and time.monotonic() - begun < most:
                family = _family(process.pid)
                started |= set(family)
                self.peak = max(self.peak, sum(map(_memory, family)))
                time.sleep(0.2)
            self.seconds = time.monotonic() - begun
            self.code = process.poll()
            for child in started:
                if child.is_running() and not signs.is_left(child):
                    child.kill()
            process.wait()
        self.log = log.read_text(errors="replace")[-3000:]
        log.unlink()


class Largest:
    """The largest memory of any process with this word in its command, while it is watched."""

    def __init__(self, word: str) -> None:
        self.word, self.peak, self._over = word, 0, threading.Event()

    def __enter__(self) -> "Largest":
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.3):
            for process in psutil.process_iter(["cmdline"]):
                if any(self.word in part for part in process.info["cmdline"] or ()):
                    self.peak = max(self.peak, _memory(process))


def _family(pid: int) -> list[psutil.Process]:
    try:
        return [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
