"""Many workers: orders go out as bytes, records come back as bytes, in the order of the orders."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from vegrad_course.errors import Refusal
from vegrad_course.grading.judge import Judge
from vegrad_course.grading.orders import killed

AHEAD = 4  # orders on their way for each worker: enough to keep it busy, and bounded
_judges: dict[frozenset[str], Judge] = {}


def work(order: bytes, without: tuple[str, ...] = ()) -> bytes:
    """What a worker does. Its judge is started once, on a processor of its own."""
    key = frozenset(without)
    if key not in _judges:
        _judges[key] = Judge(_own_cpu(), key)
    return _judges[key].grade(order)


def dismiss() -> None:
    """End this worker's judges, so that it can end at once itself."""
    while _judges:
        _judges.popitem()[1].close()


@contextmanager
def workers(
    count: int, scheduler: str | None = None, without: frozenset[str] = frozenset()
) -> Iterator["Workers"]:
    """A local cluster of `count` processes, or the one whose scheduler has that address."""
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 1,  # killed with its second worker
        "distributed.worker.daemon": False,
        "distributed.scheduler.work-stealing": False,
        "distributed.logging.distributed": "critical",
    }
    with dask.config.set(settings):
        if scheduler:
            with _connected(scheduler) as client:
                yield Workers(client, without)
            return
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            memory_limit=0,
            silence_logs="CRITICAL",
        )
        with cluster, Client(cluster) as client:
            yield Workers(client, without)
            client.run(dismiss)


class Workers:
    """Grades orders on the workers of a client."""

    def __init__(self, client: Any, without: frozenset[str]) -> None:
        self.client, self.without = client, tuple(sorted(without))

    def grade(self, orders: Iterable[bytes]) -> Iterator[bytes]:
        """The record of each order, in the same order. A few orders are ahead, never the class."""
        waiting: deque[tuple[bytes, Any]] = deque()
        orders = iter(orders)
        while True:
            room = AHEAD * max(len(self.client.ncores()), 1) - len(waiting)
            waiting.extend((o, self._send(o)) for o in islice(orders, max(room, 0)))
            if not waiting:
                return
            yield self._result(*waiting.popleft())

    def _send(self, order: bytes) -> Any:
        return self.client.submit(work, order, self.without, pure=False)

    @staticmethod
    def _result(order: bytes, future: Any) -> bytes:
        from distributed import KilledWorker

        try:
            return future.result()
        except KilledWorker:
            return killed(order)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    from distributed import Client

    try:
        client = Client(address, timeout=20)
    except (OSError, ValueError) as error:
        raise Refusal(
            f"No Dask scheduler answers at {address!r} ({type(error).__name__}). "
            "Start one with `dask scheduler`, or leave --scheduler out."
        ) from None
    with client:
        yield client


def _own_cpu() -> int | None:
    """A processor for this worker's sandbox: workers of a local cluster are numbered."""
    from distributed import get_worker

    allowed = sorted(os.sched_getaffinity(0))
    try:
        return allowed[int(get_worker().name) % len(allowed)]
    except (ValueError, TypeError):  # a worker of another cluster, with a name of its own
        return None
