"""How a run grades."""

from dataclasses import dataclass, field

from vegrad_course.grading.inside.limits import Limits


@dataclass(frozen=True)
class Rules:
    """The secret seed of the questions, the bounds, and whether demonstrations run as well.

    `key` is the student's, which decides their constants; empty in a course without variants.
    """

    seed: int
    limits: Limits = field(default_factory=Limits)
    whole: bool = False
    key: str = ""
