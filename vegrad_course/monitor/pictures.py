"""A log as a picture."""

import numpy as np

from vegrad_course.monitor.records import Log
from vegrad_course.plots.show import Still


def picture(log: Log) -> Still:
    """Heat map, gradient against depth, and loss, headed by what the diagnosis found."""
    from vegrad_course.diagnosis import diagnose
    from vegrad_course.diagnosis.events import events
    from vegrad_course.diagnosis.report import headline
    from vegrad_course.plots.training_log import training_log

    found = headline(diagnose(log).findings[0])
    names = [info.name for info in log.layers]
    steps = np.array([record.step for record in log.measured])
    gradients, what = _gradients(log, names)
    seen = ~np.isnan(gradients).all(axis=1)
    losses = np.array(log.losses, dtype=float).reshape(-1, 2).T
    marks = [(event.step, event.text) for event in events(log)]
    kept = [name for name, keep in zip(names, seen, strict=True) if keep]
    return training_log(steps, kept, gradients[seen], (losses[0], losses[1]), marks, found, what)


def _gradients(log: Log, names: list[str]) -> tuple[np.ndarray, str]:
    """log10 by layer and step: of the gradient that reaches the layers, or of their parameters."""
    reaching, own = np.full((2, len(names), len(log.measured)), np.nan)
    for column, record in enumerate(log.measured):
        for layer in record.layers:
            if layer.layer in names:
                row = names.index(layer.layer)
                reaching[row, column] = _or_nan(layer.log10_signal)
                own[row, column] = _or_nan(layer.log10_gradient)
    if np.isnan(reaching).all():
        return own, "log₁₀ gradient of the parameters"
    return reaching, "log₁₀ gradient reaching the layer"


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
