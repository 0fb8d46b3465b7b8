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
    gradients = np.full((len(names), len(steps)), np.nan)
    for column, record in enumerate(log.measured):
        for layer in record.layers:
            if layer.log10_gradient is not None and layer.layer in names:
                gradients[names.index(layer.layer), column] = layer.log10_gradient
    seen = ~np.isnan(gradients).all(axis=1)
    losses = np.array(log.losses, dtype=float).reshape(-1, 2).T
    marks = [(event.step, event.text) for event in events(log)]
    kept = [name for name, keep in zip(names, seen, strict=True) if keep]
    return training_log(steps, kept, gradients[seen], (losses[0], losses[1]), marks, found)
