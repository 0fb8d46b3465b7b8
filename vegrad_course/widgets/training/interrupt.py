"""The interrupt (Ctrl-C, or the notebook's ■) as a request to stop after the present step.

A cell that runs a loop keeps its kernel from reading messages, so a button cannot tell Python to
stop; the interrupt is the one request that arrives in every front end.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol


class Stoppable(Protocol):
    stopping: bool

    def stop(self) -> None: ...


running: list[Stoppable] = []  # loops of the main thread
usual: Any = signal.default_int_handler


def on_interrupt(number: int, frame: FrameType | None) -> None:
    """The first interrupt stops every loop cleanly; one more does what it usually does."""
    if all(loop.stopping for loop in running):
        (usual if callable(usual) else signal.default_int_handler)(number, frame)
    for loop in running:
        loop.stop()


@contextmanager
def stops_on_interrupt(loop: Stoppable) -> Iterator[None]:
    """While the block runs an interrupt calls `loop.stop()`. Python allows it in one thread."""
    global usual
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if signal.getsignal(signal.SIGINT) is not on_interrupt:
        usual = signal.signal(signal.SIGINT, on_interrupt)
        running.clear()
    running.append(loop)
    try:
        yield
    finally:
        if loop in running:
            running.remove(loop)
        if not running and signal.getsignal(signal.SIGINT) is on_interrupt:
            signal.signal(signal.SIGINT, usual)
