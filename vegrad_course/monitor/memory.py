"""Keeps a long run in bounded memory: when it is full, every other record goes."""

from math import isfinite

from vegrad_course.monitor.records import StepRecord


def thin(records: list[StepRecord]) -> list[StepRecord]:
    """Every other record; of each pair the first, or the one that is not finite."""
    pairs = (records[i : i + 2] for i in range(0, len(records), 2))
    return [pair[-1] if _odd(pair[-1]) and not _odd(pair[0]) else pair[0] for pair in pairs]


def _odd(record: StepRecord) -> bool:
    """Something that must not be lost: a loss, or a gradient, that is not a finite number."""
    lost = record.loss is not None and not isfinite(record.loss)
    return lost or any(layer.non_finite for layer in record.layers)


class Memory:
    """At most `cap` measured records, and ten times as many that hold only a loss.

    `thinned` doubles with each thinning: the monitor measures that much less often.
    """

    def __init__(self, cap: int) -> None:
        self.cap, self.thinned = cap, 1
        self.full: list[StepRecord] = []
        self.light: list[StepRecord] = []

    def add(self, record: StepRecord) -> None:
        if record.layers:
            self.full.append(record)
            if len(self.full) > self.cap:
                self.full = thin(self.full)
                self.thinned *= 2
        else:
            self.light.append(record)
            if len(self.light) > 10 * self.cap:
                self.light = thin(self.light)

    def records(self) -> tuple[StepRecord, ...]:
        return tuple(sorted(self.full + self.light, key=lambda record: record.step))
