"""Watch the gradients of any PyTorch model while it trains, and keep what was seen."""

from vegrad_course.monitor.gradient_monitor import GradientMonitor
from vegrad_course.monitor.records import LayerInfo, LayerRecord, Log, StepRecord
from vegrad_course.monitor.storage import load

__all__ = ["GradientMonitor", "LayerInfo", "LayerRecord", "Log", "StepRecord", "load"]
