"""What a learner calls in a notebook: `check`, `constant`, `hint` and `progress`."""

from vegrad_course.checking.checks import check
from vegrad_course.checking.hints import hint
from vegrad_course.checking.overview import progress
from vegrad_course.checking.own import constant

__all__ = ["check", "constant", "hint", "progress"]
