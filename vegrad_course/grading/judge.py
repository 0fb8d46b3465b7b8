"""A judge: a process of its own that grades one submission after another, in one sandbox.

It is trusted. It has a main thread of its own, so that time limits hold, and should it die, only
the submission at hand is the worse for it.
"""

import os
import resource
import socket
import subprocess
import sys
import time
from typing import Any

from vegrad_course.errors import Refusal
from vegrad_course.grading.inside.channel import Channel, Closed
from vegrad_course.grading.orders import Order, killed

DEATHS = 2
MOST_MEMORY = 12 * 2**30  # bytes of address space; torch reserves a few gigabytes
EXTRA_SECONDS = 120.0  # for judging, after the submission's own time is up
PROGRAM = "from vegrad_course.grading.judge import main; main()"


class Judge:
    """Starts the process when it is first needed, and again when it has died."""

    def __init__(self, cpu: int | None = None, without: frozenset[str] = frozenset()) -> None:
        self.cpu, self.without = cpu, without
        self.process: subprocess.Popen | None = None

    def grade(self, order: bytes) -> bytes:
        """Grade an order made by `order_of`; the answer is a record's bytes."""
        for _ in range(DEATHS):
            try:
                return self._ask(order)
            except (Closed, OSError):
                self.close()
        return killed(order)

    def _ask(self, order: bytes) -> bytes:
        if self.process is None:
            self._start()
        wall = Order.from_bytes(order).rules.limits.wall
        self.channel.deadline = time.monotonic() + 3 * wall + EXTRA_SECONDS
        self.channel.send(order)
        reply = self.channel.receive()
        if "refused" in reply:
            raise Refusal(reply["refused"])
        return reply["graded"]

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": "1", "VEGRAD_PROGRESS": "off"},
            )
        self.channel = Channel(ours)
        self.channel.send({"cpu": self.cpu, "without": sorted(self.without)})

    def close(self) -> None:
        if self.process is not None:
            self.channel.line.close()
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def main() -> None:
    """The judge's process: answer orders until the line is closed."""
    from vegrad_course.grading.sandbox import Sandbox

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    told = channel.receive()
    try:
        with Sandbox(told["cpu"], frozenset(told["without"])) as sandbox:
            import torch  # noqa: F401  (the oracles' own, while the sandbox loads its)

            while True:
                channel.send({"graded": Order.from_bytes(channel.receive()).grade(sandbox)})
    except Refusal as error:
        channel.send({"refused": str(error)})
    except Closed:
        return
