"""From a log to the few numbers that the rules look at."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from vegrad_course.monitor.records import LayerRecord, Log, StepRecord

FAST = -1.15  # log10 of a relative update from which a step is too large
FLOOR = -60.0  # log10 that stands for a gradient of zero


@dataclass(frozen=True)
class Facts:
    """What the rules look at. Values are medians over the early steps unless they say otherwise."""

    log: Log

    @cached_property
    def early(self) -> tuple[StepRecord, ...]:
        """The measured steps of the first third of the run, at least four of them."""
        measured = self.log.measured
        last = self.log.steps[-1].step
        first_third = [record for record in measured if record.step <= last / 3]
        return measured[: max(4, len(first_third))]

    @cached_property
    def steps(self) -> tuple[int, int]:
        return self.early[0].step, self.early[-1].step

    @cached_property
    def order(self) -> list[str]:
        """Layers whose output was seen, in the order of the forward pass."""
        return [layer.layer for layer in self.early[0].layers if layer.spread is not None]

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {info.name: info.kind for info in self.log.layers}

    @cached_property
    def hidden(self) -> list[str]:
        """Hidden layers of the commonest kind, which can be compared with each other."""
        inner = [n for n in self.order[:-1] if self.median(n, lambda r: r.log10_signal) is not None]
        kinds = Counter(self.kinds.get(name, "") for name in inner)
        common = kinds.most_common(1)[0][0] if kinds else ""
        return [name for name in inner if self.kinds.get(name, "") == common]

    @cached_property
    def normalised(self) -> bool:
        return any("Norm" in kind for kind in self.kinds.values())

    @cached_property
    def recurrent(self) -> list[str]:
        return [n for n in self.order if self.kinds.get(n, "") in ("RNN", "LSTM", "GRU")]

    @cached_property
    def activations(self) -> Counter[str]:
        return Counter(r.activation for r in self.early[0].layers if r.activation)

    def median(
        self,
        name: str,
        read: Callable[[LayerRecord], float | None],
        records: Sequence[StepRecord] = (),
    ) -> float | None:
        """Median of one number of one layer over the early steps (or those given)."""
        found = [
            read(layer)
            for record in (records or self.early)
            for layer in record.layers
            if layer.layer == name
        ]
        known = [max(value, FLOOR) for value in found if value is not None and value == value]
        return float(np.median(known)) if known else None

    @cached_property
    def calm(self) -> tuple[StepRecord, ...]:
        """The early steps; the first alone if the steps are so large that they undo the start."""
        fast = self.update is not None and self.update > FAST
        return self.early[:1] if fast else self.early

    def signal(self, name: str) -> float:
        value = self.median(name, lambda record: record.log10_signal, self.calm)
        return FLOOR if value is None else value

    @cached_property
    def depth_gain(self) -> float:
        """log10 of the gradient at the first hidden layer over that at the last one."""
        if len(self.hidden) < 2:
            return 0.0
        return self.signal(self.hidden[0]) - self.signal(self.hidden[-1])

    @cached_property
    def time_gain(self) -> float:
        """The same over time, for recurrent layers: first steps over last steps."""
        every = [
            self.median(name, lambda r: r.log10_over_time, self.calm) for name in self.recurrent
        ]
        return max((gain for gain in every if gain is not None), key=abs, default=0.0)

    def at_start(self, read: Callable[[LayerRecord], float | None]) -> dict[str, float]:
        """The number of each layer that has it, in the first measured step."""
        values = {name: self.median(name, read, self.early[:1]) for name in self.order}
        return {name: value for name, value in values.items() if value is not None}

    @cached_property
    def update(self) -> float | None:
        """log10 of the relative update of the typical layer."""
        every = [
            layer.log10_update
            for record in self.early
            for layer in record.layers
            if layer.log10_update is not None and isfinite(layer.log10_update)
        ]
        return float(np.median(every)) if every else None

    @cached_property
    def losses(self) -> np.ndarray:
        return np.array([loss for _, loss in self.log.losses])

    @cached_property
    def first_non_finite(self) -> int | None:
        """The first step at which loss or gradient is not finite."""
        for record in self.log.steps:
            bad = record.loss is not None and not isfinite(record.loss)
            if bad or any(layer.non_finite for layer in record.layers):
                return record.step
        return None

    @cached_property
    def finite_losses(self) -> np.ndarray:
        """The losses up to the first that is not finite."""
        bad = np.flatnonzero(~np.isfinite(self.losses))
        return self.losses[: bad[0]] if len(bad) else self.losses

    @cached_property
    def drop(self) -> float:
        """By what share the loss fell, from its start to its last tenth; negative if it rose."""
        losses = self.finite_losses
        if len(losses) < 2 or not losses[0]:
            return 0.0
        return 1 - float(np.median(losses[-max(1, len(losses) // 10) :])) / float(losses[0])
