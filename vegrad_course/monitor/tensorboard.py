"""A log for TensorBoard, through torch's own writer."""

from math import isfinite
from pathlib import Path

from vegrad_course.errors import Refusal
from vegrad_course.monitor.records import Log

PER_LAYER = (
    "log10_gradient", "log10_signal", "log10_weight", "log10_update",
    "mean", "spread", "saturated", "dead", "non_finite",
)  # fmt: skip


def to_tensorboard(log: Log, folder: str | Path) -> int:
    """Write every finite number of the log as a scalar, `log10_gradient/fc1`; return how many."""
    try:
        from torch.utils.tensorboard.writer import SummaryWriter
    except ModuleNotFoundError:
        raise Refusal(
            "export needs the package tensorboard: it is not installed. "
            "Run `pip install tensorboard`."
        ) from None
    count = 0
    with SummaryWriter(str(folder)) as writer:
        for tag, value, step in scalars(log):
            writer.add_scalar(tag, value, step)
            count += 1
    return count


def scalars(log: Log) -> list[tuple[str, float, int]]:
    """Tag, value and step of everything finite in the log."""
    found = []
    for record in log.steps:
        pairs = [("loss", record.loss), ("learning_rate", record.learning_rate)]
        for layer in record.layers:
            pairs += [(f"{name}/{layer.layer}", getattr(layer, name)) for name in PER_LAYER]
        found += [(tag, float(v), record.step) for tag, v in pairs if v is not None and isfinite(v)]
    return found
