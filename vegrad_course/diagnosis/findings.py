"""What a diagnosis says: illnesses with their evidence, and remedies with their lessons."""

from dataclasses import dataclass
from typing import Literal

Illness = Literal[
    "vanishing",
    "exploding",
    "saturation",
    "dead units",
    "learning rate too high",
    "learning rate too low",
    "bad initialisation",
    "non-finite",
    "normalisation explosion",
    "data problem",
    "healthy",
]


@dataclass(frozen=True)
class Remedy:
    """One change to try. `key` is its short name; `factor` is for the learning rate."""

    key: str
    text: str
    lesson: str
    factor: float = 1.0

    def __str__(self) -> str:
        return f"{self.text} (lesson {self.lesson})"


@dataclass(frozen=True)
class Finding:
    """One illness: where, when, the evidence in numbers, how sure (0 to 1), and what to try.

    `layers` names the layers that show it, `steps` the first and the last step looked at.
    """

    illness: Illness
    evidence: tuple[str, ...]
    sure: float
    layers: tuple[str, ...] = ()
    steps: tuple[int, int] = (0, 0)
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """All findings, the most important first. `notes` come from a damaged log."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def illness(self) -> Illness:
        """The name of the first finding."""
        return self.findings[0].illness

    @property
    def remedy(self) -> Remedy | None:
        """The first remedy of the first finding, if it needs one."""
        return next(iter(self.findings[0].remedies), None)

    def __str__(self) -> str:
        from vegrad_course.diagnosis.report import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from vegrad_course.diagnosis.report import as_html

        return as_html(self)
