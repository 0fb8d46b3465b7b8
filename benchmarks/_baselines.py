"""What people use instead of a monitor: the loss alone, or a threshold on mean gradients."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from vegrad_course.diagnosis.facts import Facts
from vegrad_course.monitor import Log

Bounds = tuple[float, ...]


def loss_only(log: Log, bounds: Bounds) -> str:
    """Not a number; rose; jumps about; hardly fell; else healthy."""
    jumpy, stuck = bounds
    facts = Facts(log)
    losses = facts.finite_losses
    if facts.first_non_finite is not None:
        return "non-finite"
    if facts.drop < -0.05:
        return "learning rate too high"
    if np.abs(np.diff(losses)).max(initial=0.0) > jumpy * losses[0]:
        return "exploding"
    return "vanishing" if facts.drop < stuck else "healthy"


def mean_gradient(log: Log, bounds: Bounds) -> str:
    """The rule of most tutorials: a layer's gradient entries are too small, or too large."""
    small, large = bounds
    sizes = {info.name: max(info.parameters, 1) for info in log.layers}
    early = log.measured[:4]
    values = [
        layer.log10_gradient - np.log10(sizes[layer.layer]) / 2
        for record in early
        for layer in record.layers
        if layer.log10_gradient is not None
    ]
    if Facts(log).first_non_finite is not None:
        return "non-finite"
    if not values or max(values) > large:
        return "exploding"
    return "vanishing" if min(values) < small else "healthy"


GRIDS: dict[str, tuple[Sequence[float], ...]] = {
    "loss_only": ((0.5, 1.0, 2.0, 4.0), (0.1, 0.2, 0.3, 0.5)),
    "mean_gradient": ((-9.0, -8.0, -7.0, -6.0, -5.0, -4.0), (-2.0, -1.0, 0.0, 1.0, 2.0)),
}
RULES = {"loss_only": loss_only, "mean_gradient": mean_gradient}


def tuned(name: str, logs: Sequence[Log], labels: Sequence[str]) -> Bounds:
    """The bounds of the grid that name the most runs rightly on the tuning set."""
    rule = RULES[name]

    def right(bounds: Bounds) -> int:
        return sum(rule(log, bounds) == truth for log, truth in zip(logs, labels, strict=True))

    return max(product(*GRIDS[name]), key=right)
