"""What an experiment is: a paper's result, measured here over several seeds, with a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from vegrad_course.errors import Refusal, nearest

Outcome = Literal["reproduced", "partly", "not reproduced"]


@dataclass(frozen=True)
class Row:
    """One line of the table: a prediction beside one measurement per seed.

    `predicted` is None where the paper only says which of two is larger. `measured` has one
    value per seed; NaN or an infinity stands for a run that diverged.
    """

    label: str
    measured: tuple[float, ...]
    predicted: float | None = None

    @property
    def median(self) -> float:
        return float(np.median(self.measured))

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest over the seeds; NaN if one of them is."""
        return float(np.min(self.measured)), float(np.max(self.measured))

    @property
    def diverged(self) -> int:
        """How many seeds ended in something that is not a finite number."""
        return int(np.sum(~np.isfinite(self.measured)))


@dataclass(frozen=True)
class Result:
    """What one experiment found: its table, the seeds, the settings, and the verdict with why."""

    experiment: "Experiment"
    rows: tuple[Row, ...]
    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    outcome: Outcome
    why: str

    def __getitem__(self, label: str) -> Row:
        return next(row for row in self.rows if row.label == label)


@dataclass(frozen=True)
class Experiment:
    """A result of a paper as a seeded function from settings to a table.

    `measure(seeds, **settings)` returns rows; `conclude(rows by label)` returns the outcome and
    why. `quick` holds the settings that differ in a small run for the tests. `name` is the name
    of the file.
    """

    title: str
    paper: str
    claim: str
    measure: Callable[..., Sequence[Row]]
    conclude: Callable[[Mapping[str, Row]], tuple[Outcome, str]]
    settings: Mapping[str, Any]
    quick: Mapping[str, Any] = field(default_factory=dict)
    limits: str = ""
    seeds: tuple[int, ...] = (0, 1, 2)
    lesson: str = ""
    name: str = field(default="", compare=False)

    def run(self, *, seeds: Sequence[int] = (), quick: bool = False, **changes: Any) -> Result:
        """Run it. Keywords change settings; `quick` takes the small ones."""
        settings = {**self.settings, **(self.quick if quick else {}), **changes}
        self._refuse(settings, seeds)
        chosen = tuple(seeds) or self.seeds
        rows = tuple(self.measure(chosen, **settings))
        outcome, why = self.conclude({row.label: row for row in rows})
        return Result(self, rows, chosen, MappingProxyType(settings), outcome, why)

    def named(self, name: str) -> "Experiment":
        return replace(self, name=name)

    def _refuse(self, settings: Mapping[str, Any], seeds: Sequence[int]) -> None:
        for name, value in settings.items():
            if name not in self.settings:
                known = nearest(name, list(self.settings))
                raise Refusal(f"{self.name} has no setting {name!r}. {known}")
            refuse_impossible(name, value)
        if any(seed < 0 for seed in seeds):
            raise Refusal(f"seeds must be whole numbers from 0: got {list(seeds)}. Change them.")


def refuse_impossible(name: str, value: Any) -> None:
    """Depths, widths, steps, gains and the like are positive and finite; lists are not empty."""
    items = value if isinstance(value, tuple | list) else (value,)
    if not items:
        raise Refusal(f"{name} must not be empty: got {value!r}. Give at least one value.")
    for item in items:
        if isinstance(item, int | float) and not isinstance(item, bool):
            if not np.isfinite(item) or item < 0 or (isinstance(item, int) and item == 0):
                rule = f"{name} must be finite and positive"
                raise Refusal(f"{rule}: got {item!r}. Choose a larger one.")
