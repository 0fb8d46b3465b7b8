"""Running a grader's command, and what can be seen of it from outside: time, memory, records."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
PAUSE = 0.5  # seconds between two looks at the memory: a look costs a few milliseconds


@dataclass
class Ran:
    """One command. `looks` holds time, megabytes and processor seconds of its whole tree."""

    began: float
    seconds: float = 0.0
    looks: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def peak_mb(self) -> float:
        return max(megabytes for _, megabytes, _ in self.looks)

    @property
    def processor(self) -> float:
        """Seconds on processors, of all processes that the command waited for, or was seen to."""
        return max(seconds for *_, seconds in self.looks)

    def before(self, when: float) -> tuple[float, float, float]:
        """The last look before a time: after the last record, the processes are ending."""
        return max(look for look in self.looks if look[0] <= when)


def environment(home: Path) -> dict[str, str]:
    """As a user has it: this Python's commands first on PATH; nobody's own progress is touched."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    extra = {"PATH": path, "PYTHONPATH": str(ROOT), "VEGRAD_HOME": str(home / "progress")}
    return {**os.environ, **extra}


def run(command: list[str], folder: Path, allowed: tuple[int, ...] = (0,)) -> Ran:
    """Run a command in a folder, and look at its processes meanwhile. Ends when it fails."""
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        ran, start = Ran(time.time()), time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment(folder), stdout=said, stderr=said
        )
        watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), ran))
        watcher.start()
        code = process.wait()
        ran.seconds = time.perf_counter() - start
        watcher.join()
        said.seek(0)
        if code not in allowed:
            raise SystemExit(f"{' '.join(command[:6])} ended with {code}:\n{said.read()[-3000:]}")
    return ran


def _watch(process: psutil.Process, ran: Ran) -> None:
    while True:
        look = (time.time(), *_tree(process))
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return
        ran.looks.append(look)
        time.sleep(PAUSE)


def _tree(process: psutil.Process) -> tuple[float, float]:
    """Megabytes (pages that are shared count once, by PSS) and processor seconds of the tree."""
    megabytes = seconds = 0.0
    try:
        for one in [process, *process.children(recursive=True)]:
            megabytes += _memory(one)
            seconds += _processor(one)
    except psutil.NoSuchProcess:
        pass
    return megabytes, seconds


def _memory(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss / 1e6
    except psutil.AccessDenied:
        return process.memory_info().rss / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def _processor(process: psutil.Process) -> float:
    """Its own seconds, and those of the processes that it has waited for."""
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0


def records(course: Path, lesson: str, since: float) -> list[float]:
    """When each graded notebook was filed, in order: it is written just before its marks are."""
    files = course.glob(f"autograded/*/{lesson}/{lesson}.ipynb")
    return sorted(when for file in files if (when := file.stat().st_mtime) >= since)


def rate(times: list[float]) -> float:
    """Submissions per minute from the first of these records to the last."""
    return 60 * (len(times) - 1) / (times[-1] - times[0])
