"""A time limit around code that may never return."""

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TimeLimit(BaseException):
    """Raised inside the answer when its time is up. Not an Exception, so `except` lets it by."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimit` inside the block after `seconds`, and again until it gets out.

    Uses the interval timer where there is one (it also ends `sleep`), else an interrupt
    of the main thread. Outside the main thread Python offers neither, and no limit holds.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):
        yield from _by_alarm(seconds)
    else:
        yield from _by_interrupt(seconds)


def _by_alarm(seconds: float) -> Iterator[None]:
    def ring(signum: int, frame: object) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _by_interrupt(seconds: float) -> Iterator[None]:
    rung = threading.Event()

    def ring() -> None:
        rung.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, ring)
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if rung.is_set():
            raise TimeLimit from None
        raise
    finally:
        timer.cancel()
