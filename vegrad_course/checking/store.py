"""What a learner has done, kept in one small file between sessions.

Two kernels may write at once: every change is made under a lock, on a fresh copy, and lands in
one step. A file that cannot be read is set aside, never overwritten. When nothing can be kept
(a read-only disk, a grader's run), checks go on and say so.
"""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from vegrad_course.exercises.marking import Marks
from vegrad_course.exercises.model import Exercise

NOT_KEPT = "Your progress could not be kept: {why}. The check itself is not affected."
_in_memory: dict[str, Any] = {}


def folder() -> Path:
    """Where progress is kept. The environment variable VEGRAD_HOME moves it."""
    return Path(os.environ.get("VEGRAD_HOME") or user_data_path("vegrad-course"))


def load() -> dict[str, Any]:
    """Each exercise that was tried: `{name: {passed, best, tries, hints}}`."""
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    return {**_in_memory, **kept} if isinstance(kept, dict) else dict(_in_memory)


def record(marks: Marks) -> str:
    """Keep the outcome of a check. Returns a note where that failed, else an empty text."""

    def change(entry: dict[str, Any]) -> None:
        entry["tries"] = entry.get("tries", 0) + 1
        entry["best"] = max(entry.get("best", 0.0), marks.score)
        entry["passed"] = entry.get("passed", False) or marks.passed

    waiting = all(mark.verdict.kind == "unanswered" for mark in marks.marks)
    return "" if waiting else _update(marks.exercise.name, change)[1]


def open_hint(exercise: Exercise) -> tuple[int, str]:
    """Open one more hint. Returns how many were asked for so far, and a note as `record` does."""

    def change(entry: dict[str, Any]) -> None:
        entry["hints"] = entry.get("hints", 0) + 1

    entry, note = _update(exercise.name, change)
    return entry["hints"], note


def _update(name: str, change: Callable[[dict], None]) -> tuple[dict[str, Any], str]:
    if _switched_off():
        change(entry := _in_memory.setdefault(name, {}))
        return entry, ""
    try:
        return _update_file(name, change), ""
    except (OSError, Timeout) as error:
        change(entry := _in_memory.setdefault(name, {}))
        return entry, NOT_KEPT.format(why=getattr(error, "strerror", None) or "the file is locked")


def _update_file(name: str, change: Callable[[dict], None]) -> dict[str, Any]:
    folder().mkdir(parents=True, exist_ok=True)
    with FileLock(folder() / "progress.lock", timeout=3):
        _set_aside_if_broken()
        kept = load()
        change(entry := kept.setdefault(name, {}))
        _write(kept)
    return entry


def _write(kept: dict[str, Any]) -> None:
    text = json.dumps(kept, indent=1, sort_keys=True)
    with tempfile.NamedTemporaryFile("w", dir=folder(), delete=False, encoding="utf-8") as file:
        file.write(text)
    os.replace(file.name, _file())


def _set_aside_if_broken() -> None:
    try:
        sound = not _file().exists() or isinstance(json.loads(_file().read_text("utf-8")), dict)
    except ValueError:
        sound = False
    if not sound:
        used = len(list(folder().glob("progress.broken-*.json")))
        os.replace(_file(), folder() / f"progress.broken-{used + 1}.json")


def _file() -> Path:
    return folder() / "progress.json"


def _switched_off() -> bool:
    """A grader's run, or VEGRAD_PROGRESS=off, leaves no trace in anyone's progress."""
    return "NBGRADER_EXECUTION" in os.environ or os.environ.get("VEGRAD_PROGRESS") == "off"
