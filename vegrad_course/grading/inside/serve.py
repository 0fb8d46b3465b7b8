"""What the submission's own process does for the judge: run cells, and call answers.

The judge asks one thing at a time. Each request bears a token, and so must its reply.
"""

import linecache
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from typing import Any

import numpy as np

from . import cells, placeholder, wire
from .alarm import TimeLimit, time_limit
from .channel import Channel, Closed
from .limits import Limits

_shell: Any = None


def prepare(libraries: bool) -> None:
    """The shell, and with `libraries` what most lessons use, loaded once for all submissions."""
    global _shell
    _shell = cells.new_shell()
    if libraries:
        import matplotlib.pyplot
        import torch

        matplotlib.pyplot.close("all")
        torch.set_num_threads(1)
        torch.ones(2, requires_grad=True).sum().backward()


def serve(line: socket.socket, bounds: Limits, with_course: bool) -> None:
    """Answer the judge's requests until it hangs up."""
    if not with_course:
        placeholder.install()
    else:
        sys.path.append("/opt/course")
    server = Server(Channel(line), bounds)
    try:
        while True:
            server.answer(server.channel.receive_bytes())
    except Closed:
        return


class Server:
    def __init__(self, channel: Channel, bounds: Limits) -> None:
        self.channel, self.bounds, self.token = channel, bounds, ""

    def answer(self, data: bytes) -> None:
        reader = wire.Reader(on_callable=self._asked)
        request = reader.read(data)
        self.token = request["token"]
        reply = getattr(self, f"do_{request['do']}")(request, tuple(reader.arrays))
        try:
            self.channel.send({**reply, "token": self.token, "re": "done"}, self._writer)
        except OSError:  # the judge is gone
            raise
        except Exception:  # what came back cannot be written, whatever its class says of itself
            self.channel.send({"token": self.token, "re": "done", "unwritable": True})

    def do_run(self, request: dict, given: tuple) -> dict:
        self._writer = wire.Writer()
        return {"outputs": cells.run(_shell, request["cells"], self.bounds)}

    def do_get(self, request: dict, given: tuple) -> dict:
        self._writer = wire.Writer()
        if request["name"] not in _shell.user_ns:
            return {"missing": True}
        value = _shell.user_ns[request["name"]]
        return {"callable": True} if callable(value) else {"value": value}

    def do_call(self, request: dict, given: tuple) -> dict:
        """Call an answer. The reply holds its value or its fault, and what it did to its inputs."""
        self._writer = wire.Writer(given)
        answer, args = _shell.user_ns[request["name"]], request["args"]
        before = [array.copy() for array in given]
        lists = wire.Writer(on_callable=lambda f: 0).write(args)
        with warnings.catch_warnings(record=True) as heard:
            reply = self._outcome(answer, args, request["seconds"])
        pairs = enumerate(zip(given, before, strict=True))
        changed = {place: now.copy() for place, (now, then) in pairs if not _same(now, then)}
        said = [[w.category.__name__, str(w.message)[:500]] for w in heard[:20]]
        other = wire.Writer(on_callable=lambda f: 0).write(args) != lists
        state = [a for a in args if isinstance(a, np.random.Generator)]
        return {**reply, "changed": changed, "warnings": said, "other": other, "drawn": state}

    def _outcome(self, answer: Any, args: tuple, seconds: float) -> dict:
        warnings.simplefilter("always")
        placeholder.Placeholder.answering = True
        sink = StringIO()
        try:
            with np.errstate(all="warn", under="ignore"), redirect_stdout(sink):
                with redirect_stderr(sink), time_limit(seconds):
                    return {"value": answer(*args)}
        except TimeLimit:
            return {"late": True}
        except (Exception, SystemExit) as error:
            return _raised(error, answer)
        finally:
            placeholder.Placeholder.answering = False

    def _asked(self, number: int) -> Any:
        """A function that stays with the judge: called here, computed there."""
        return partial(self._ask, number)

    def _ask(self, number: int, *args: Any) -> Any:
        with _undisturbed():
            self.channel.send({"re": "ask", "token": self.token, "of": number, "args": args})
            came = self.channel.receive()
        if "raised" in came:
            raise ValueError(came["raised"])
        return came["value"]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """An alarm that rings meanwhile is heard afterwards: no half message stays on the line."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.tobytes() == b.tobytes()


def _raised(error: BaseException, answer: Any) -> dict:
    code = getattr(answer, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    linecache.checkcache()
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    line = own[-1].line if own and own[-1].line else ""
    return {"raised": [type(error).__name__, str(error)[:2000], line[:500]]}
