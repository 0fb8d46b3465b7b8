"""Vanishing and exploding gradients: a course in notebooks that answer at once."""

from vegrad_course.checking import check, hint, progress

__all__ = ["check", "hint", "progress"]
__version__ = "0.1.0"
