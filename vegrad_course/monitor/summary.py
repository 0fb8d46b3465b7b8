"""What probes and updates saw in one step, as records."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from statistics import fmean

from torch import nn

from vegrad_course.monitor import measure
from vegrad_course.monitor.probes import Seen
from vegrad_course.monitor.records import LayerRecord
from vegrad_course.monitor.updates import Updates

FADED = -30.0  # log10 of a gradient from which the next layer's may well underflow


def layer_records(
    owned: dict[str, list[nn.Parameter]], seen: dict[str, Seen], updates: Updates
) -> tuple[LayerRecord, ...]:
    """One record per layer, in the order of the forward pass; layers that did not run come last."""
    order = [*seen, *(name for name in owned if name not in seen)]
    records = [_record(name, owned[name], seen.get(name, Seen()), updates) for name in order]
    return tuple(tell_underflow(records))


def _record(name: str, parameters: list[nn.Parameter], seen: Seen, updates: Updates) -> LayerRecord:
    gradient, state, non_finite = updates.gradients.get(name, (None, "missing", 0))
    weight = measure.log10_norm([p.detach() for p in parameters]) if parameters else None
    shape = {key: _mean([s[key] for s in seen.shapes]) for key in ("mean", "spread", "distinct")}
    return LayerRecord(
        layer=name,
        log10_gradient=gradient,
        state=state,
        log10_signal=_last(seen.signals),
        log10_weight=weight,
        log10_update=updates.changes.get(name),
        activation=seen.activation,
        saturated=_mean(seen.saturated),
        dead=None if seen.silent is None else float(seen.silent.float().mean()),
        log10_over_time=_last(seen.over_time),
        non_finite=non_finite,
        input_rms=seen.input_rms,
        **shape,
    )


def tell_underflow(records: Sequence[LayerRecord]) -> list[LayerRecord]:
    """A gradient of exactly zero has underflowed if the layer after it had almost none left."""
    told: list[LayerRecord] = []
    after = inf
    for record in reversed(records):
        if record.state == "zero" and after < FADED:
            record = replace(record, state="underflow")
        if record.state in ("finite", "underflow") and record.log10_gradient is not None:
            after = record.log10_gradient
        told.append(record)
    return told[::-1]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _last(values: Sequence[float]) -> float | None:
    """With gradient accumulation or a shared layer there are several: the largest counts."""
    return max(values) if values else None
