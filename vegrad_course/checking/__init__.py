"""What a learner calls in a notebook: `check`, `hint` and `progress`."""

from vegrad_course.checking.checks import check
from vegrad_course.checking.hints import hint
from vegrad_course.checking.overview import progress

__all__ = ["check", "hint", "progress"]
