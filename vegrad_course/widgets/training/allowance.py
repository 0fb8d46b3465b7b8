"""How much time watching may take from training."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Allowance:
    """Something is `due` after `interval` seconds, and when its share of the time has paid for it.

    What a use costs is measured. A dear one is therefore followed by a longer wait, and what
    would have been shown in between is dropped.
    """

    def __init__(self, share: float, interval: float = 0.0) -> None:
        self.share, self.interval = share, interval
        self.restart()

    def restart(self) -> None:
        self.spent, self.began = 0.0, time.perf_counter()
        self.due = self.began

    @contextmanager
    def use(self) -> Iterator[None]:
        """Measure what the block costs, and say from when on it is `due` again."""
        start = time.perf_counter()
        yield
        end = time.perf_counter()
        self.spent += end - start
        self.due = max(end + self.interval, self.began + self.spent / self.share)
