"""The student's own time: the cells that answers need and the calls of answers, and nothing else.

    python benchmarks/_grading_own.py COURSE LESSON

The judge asks as it does in a sandbox; but a plain process answers, with the same libraries loaded
and no walls, and keeps the time of what it runs of the student's. Prints seconds a submission.
"""

import json
import os
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Any

import nbformat

from vegrad_course.authoring.course import Course
from vegrad_course.exercises.registry import of_lesson
from vegrad_course.grading.folders import submissions
from vegrad_course.grading.inside import cells, serve
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.judging import judge_cells
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.run import released_text
from vegrad_course.grading.submission import parse
from vegrad_course.lessons import find


class Plain:
    """In the place of a sandbox: a fork of this process for each submission, with a stopwatch."""

    without: frozenset[str] = frozenset()

    def __init__(self) -> None:
        serve.prepare(libraries=True)
        self.told: list[socket.socket] = []

    def order(self, limits: Limits, course: bool = False) -> tuple[socket.socket, socket.socket]:
        (answers, inner), (word, stopwatch) = socket.socketpair(), socket.socketpair()
        if os.fork() == 0:
            answers.close()
            _answer(inner, limits, course, stopwatch)
        inner.close()
        stopwatch.close()
        self.told.append(word.dup())
        return answers, word

    def seconds(self) -> float:
        """Of all sessions since the last call."""
        heard = [told.recv(8) for told in self.told]
        for told in self.told:
            told.close()
            os.wait()
        self.told = []
        return sum(struct.unpack("d", said)[0] for said in heard)


def _answer(line: socket.socket, limits: Limits, course: bool, stopwatch: socket.socket) -> None:
    """Serve the judge as a sandbox does, then say how long the student's code ran."""
    spent = [0.0]

    def timed(work: Any) -> Any:
        def wrapped(*args: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(*args)
            finally:
                spent[0] += time.perf_counter() - start

        return wrapped

    cells.run = timed(cells.run)
    serve.Server._outcome = timed(serve.Server._outcome)
    if not course:  # as in the sandbox, where the package is not
        for name in [name for name in sys.modules if name.startswith("vegrad_course")]:
            del sys.modules[name]
    try:
        serve.serve(line, limits, course)
        stopwatch.send(struct.pack("d", spent[0]))
    finally:
        os._exit(0)


def own_seconds(root: Path, number: str) -> list[float]:
    """Seconds of each submission of a lesson."""
    lesson, plain, spent = find(number), Plain(), []
    release = nbformat.reads(released_text(Course(root), lesson), as_version=4)
    of_lesson(lesson.number)
    for submission in submissions(root, lesson.id):
        judge_cells(parse(submission, release).cells, lesson.number, Rules(7), plain)
        spent.append(plain.seconds())
    return spent


if __name__ == "__main__":
    print(json.dumps(own_seconds(Path(sys.argv[1]), sys.argv[2])))
