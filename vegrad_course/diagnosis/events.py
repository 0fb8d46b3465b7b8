"""What happened to the loss, step by step: spikes, and the first value that is not finite."""

from dataclasses import dataclass
from math import isfinite
from statistics import median

from vegrad_course.monitor.records import Log

WINDOW = 10  # earlier losses that a spike is compared with


@dataclass(frozen=True)
class Event:
    """Something to mark on the loss curve."""

    step: int
    text: str


def events(log: Log, most: int = 8) -> tuple[Event, ...]:
    """Spikes above three times the median of the ten losses before, the largest first kept."""
    found: list[tuple[float, Event]] = []
    losses = log.losses
    for at, (step, loss) in enumerate(losses):
        if not isfinite(loss):
            found.append((float("inf"), Event(step, "not finite")))
            break
        before = [value for _, value in losses[max(0, at - WINDOW) : at]]
        usual = abs(median(before)) if len(before) == WINDOW else 0.0
        if usual and loss > 3 * usual:
            found.append((loss / usual, Event(step, f"spike, {loss / usual:.1f} times")))
    largest = sorted(found, key=lambda pair: -pair[0])[:most]
    return tuple(sorted((event for _, event in largest), key=lambda event: event.step))
