"""Vanishing and exploding gradients: a course in notebooks that answer at once."""

from importlib import import_module
from typing import Any

from vegrad_course.checking import check, constant, hint, progress

LATER = {"GradientMonitor": "monitor", "diagnose": "diagnosis"}  # they need torch: import when used

__all__ = ["GradientMonitor", "check", "constant", "diagnose", "hint", "progress"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{LATER[name]}"), name)
