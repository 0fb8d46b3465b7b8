"""The process that every submission is forked from: libraries loaded once, no student code ever."""

import os
import signal
import socket
import sys
from typing import Any

import msgpack

from . import serve, walls, warden
from .limits import Limits


def main(number: int, without: str, libraries: bool = True) -> None:
    """Load the libraries, say so on the control line, and fork one child for each order."""
    missing = frozenset(filter(None, without.split(",")))
    if "files" not in missing:
        walls.leave_root()
    control = socket.socket(fileno=number)
    serve.prepare(libraries)
    signal.signal(signal.SIGCHLD, _bury)
    control.send(b"ready")
    while True:
        message, lines, *_ = socket.recv_fds(control, 65536, 2)
        if not message:
            return
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            answers, word = (socket.socket(fileno=line) for line in lines)
            _confine(msgpack.unpackb(message), answers, word, missing)
        for line in lines:
            os.close(line)


def _bury(*_: object) -> None:
    """Take leave of the wardens that have ended. A submission may have two sessions at once."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _leave_the_terminal() -> None:
    """No open file is shared with the next submission: input, output and errors go nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)


def _confine(
    order: dict[str, Any], answers: socket.socket, word: socket.socket, without: frozenset[str]
) -> None:
    """Fork the submission's process behind its walls, and watch over it."""
    bounds = Limits(**order["limits"])
    if "namespaces" not in without:
        walls.part_from_siblings()
    if child := os.fork():
        answers.close()
        warden.watch(child, word, bounds, without)
        os._exit(0)
    word.close()
    os.setsid()  # a signal to its own group reaches nobody else
    try:
        walls.close_in(bounds, not order["course"] and not {"package", "files"} & without, without)
        _leave_the_terminal()
        serve.serve(answers, bounds, order["course"] or "package" in without)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        os._exit(70)
    os._exit(0)
