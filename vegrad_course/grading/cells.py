"""A cell of a submission: where it came from, and what it is for."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["code", "markdown", "raw"]
Role = Literal["answer", "check", "released", "student", "missing"]


@dataclass(frozen=True)
class Cell:
    """One cell, in the order to run.

    `role` is "answer" (the student's), "check" and "released" (both as released), "student"
    (written or changed by the student), or "missing" (an answer that the student took out; its
    released text is filed, and never runs). `grade_id` is set for answers, checks, locked cells.
    """

    kind: Kind
    source: str
    role: Role
    id: str
    grade_id: str = ""
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
