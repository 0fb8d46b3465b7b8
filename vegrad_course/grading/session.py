"""One submission in the sandbox, seen from the judge's side: run its cells, fetch and call answers.

What comes back is data. It may be wrong or forged, and is judged; it cannot do anything.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

import msgpack
import numpy as np

from vegrad_course.exercises.limits import TimeLimit
from vegrad_course.grading.inside.channel import Channel, Closed
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.inside.wire import MOST_BYTES, Malformed, Reader, Writer
from vegrad_course.grading.sandbox import Sandbox

GRACE = 5.0
LOST = {
    "time": ("timeout", "The notebook was stopped: it ran for longer than {wall:g} s in all."),
    "memory": ("memory", "The notebook was stopped: it held more than {memory} MB of memory."),
    "ended": ("died", "The notebook's process ended before it had answered (exit code {code})."),
    "stopped": ("timeout", "The answer did not come back in time, and the notebook was stopped."),
    "twice": ("answered twice", "A reply came that nobody had asked for. No marks are given."),
    "malformed": ("malformed", "What came back was not in the answer format. No marks are given."),
}


class SandboxLost(BaseException):
    """No further answer can come. Not an Exception: it must not be taken for the student's."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind, self.text = kind, text


class Session:
    """A submission behind its walls. After `SandboxLost` every further request raises it again."""

    def __init__(self, sandbox: Sandbox, limits: Limits, course: bool = False) -> None:
        self.limits = limits
        line, self.warden = sandbox.order(limits, course)
        self.channel = Channel(line)
        self.lost: SandboxLost | None = None
        self._last = time.monotonic() + limits.wall

    def run(self, cells: Sequence[tuple[str, str]]) -> list[list[dict[str, Any]]]:
        """Run cells, pairs of an id and a text, and return the outputs of each."""
        bound = min(self.limits.wall, self.limits.cell * len(cells)) + GRACE
        self.channel.most = 4 * (self.limits.output + 1) * 2**20
        reply = self._request({"do": "run", "cells": [list(c) for c in cells]}, bound)
        self.channel.most = MOST_BYTES
        outputs = reply.get("outputs")
        if not _are_outputs(outputs, len(cells)):
            raise self._lose("malformed")
        return outputs

    def get(self, name: str) -> dict[str, Any]:
        """`{"value": ...}`, `{"callable": True}`, or `{"missing": True}`."""
        return self._request({"do": "get", "name": name}, GRACE)

    def call(self, name: str, args: Sequence[Any], seconds: float) -> dict[str, Any]:
        """Call the function of that name. Functions among the arguments stay on this side."""
        functions: list[Callable] = []

        def lend(function: Callable) -> int:
            functions.append(function)
            return len(functions) - 1

        request = {"do": "call", "name": name, "args": tuple(args), "seconds": seconds}
        writer = Writer(on_callable=lend)
        return self._request(request, seconds + GRACE, writer, functions, arrays_in(args))

    def settle(self) -> None:
        """See that no reply is left over from what was asked before."""
        self._request({"do": "get", "name": ""}, GRACE)

    def close(self) -> None:
        self.channel.line.close()
        self.warden.close()

    def _request(
        self,
        request: dict[str, Any],
        seconds: float,
        writer: Writer | None = None,
        functions: Sequence[Callable] = (),
        given: Sequence[np.ndarray] = (),
    ) -> dict[str, Any]:
        if self.lost:
            raise self.lost
        token = secrets.token_hex(8)
        self.channel.deadline = min(time.monotonic() + seconds, self._last)
        try:
            self.channel.send({**request, "token": token}, writer)
            return self._reply(token, functions, tuple(given))
        except TimeoutError:
            raise self._lose("stopped") from None
        except (Closed, OSError):
            raise self._lose("ended") from None
        except Malformed:
            raise self._lose("malformed") from None

    def _reply(self, token: str, functions: Sequence[Callable], given: tuple) -> dict[str, Any]:
        while True:
            came = self.channel.receive(Reader(given))
            if not isinstance(came, dict):
                raise Malformed("a message is a map")
            if came.get("token") != token:
                raise self._lose("twice")
            if came.get("re") == "done":
                return came
            self.channel.send(_computed(functions, came))

    def _lose(self, why: str) -> SandboxLost:
        """Close the lines, which ends the submission, and say why no answer can come."""
        code = None
        if why == "ended":
            why, code = self._warden_says()
        kind, text = LOST[why]
        self.close()
        limits = {"wall": self.limits.wall, "memory": self.limits.memory, "code": code}
        self.lost = SandboxLost(kind, text.format(**limits))
        return self.lost

    def _warden_says(self) -> tuple[str, Any]:
        try:
            self.warden.settimeout(GRACE)
            said = msgpack.unpackb(self.warden.recv(256))
            return (said["why"] if said["why"] in LOST else "ended"), int(said["code"])
        except (OSError, ValueError, KeyError, TypeError):
            return "ended", None


def _are_outputs(outputs: Any, number: int) -> TypeGuard[list[list[dict[str, Any]]]]:
    """One list of maps for each cell: what is in the maps is looked at where it is used."""
    if not isinstance(outputs, list) or len(outputs) != number:
        return False
    return all(isinstance(made, list) and all(type(o) is dict for o in made) for made in outputs)


def arrays_in(args: Any) -> list[np.ndarray]:
    """The arrays among the arguments, in the order in which the answer format meets them."""
    if isinstance(args, np.ndarray) and args.dtype.kind != "O":
        return [args]
    if isinstance(args, dict):
        return [array for item in args.values() for array in arrays_in(item)]
    if isinstance(args, list | tuple):
        return [array for item in args for array in arrays_in(item)]
    return []


def _computed(functions: Sequence[Callable], came: dict[str, Any]) -> dict[str, Any]:
    """The value of a function that was lent to the answer; it may fail as any function may."""
    number, args = came.get("of"), came.get("args")
    if type(number) is not int or not 0 <= number < len(functions) or type(args) is not tuple:
        raise Malformed("a call of a function that was never lent")
    try:
        return {"value": functions[number](*args)}
    except (Exception, TimeLimit) as error:
        if isinstance(error, TimeLimit):
            raise
        return {"raised": f"{type(error).__name__}: {error}"[:500]}
