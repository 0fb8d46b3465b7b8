"""Vanishing and exploding gradients: a course in notebooks that answer at once."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vegrad_course.checking import check, constant, hint, progress

LATER = {  # imported when used: they need numpy or torch, and a command that needs neither is quick
    "GradientMonitor": "monitor",
    "check": "checking",
    "constant": "checking",
    "diagnose": "diagnosis",
    "hint": "checking",
    "progress": "checking",
}

__all__ = ["GradientMonitor", "check", "constant", "diagnose", "hint", "progress"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{LATER[name]}"), name)
