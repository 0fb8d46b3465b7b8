"""Controls: what the reader may move. Names and values follow ipywidgets' conventions."""

import math
from dataclasses import dataclass
from typing import Any

Value = float | int | str | bool


@dataclass(frozen=True)
class Control:
    """A named quantity with a label; `value` is where it starts."""

    name: str
    label: str
    value: Any

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"A control's name must be a Python name: got {self.name!r}.")
        self.validate()
        object.__setattr__(self, "value", self.check(self.value))

    def validate(self) -> None:
        """Reject settings that contradict each other."""

    def check(self, value: object) -> Value:
        """The value as the control holds it, or a ValueError that says the rule."""
        raise NotImplementedError

    def positions(self) -> list[Value]:
        """Every value that the reader can reach, in order."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number from `min` to `max`. With `log`, `step` is in decades; all else in plain units."""

    min: float
    max: float
    step: float
    log: bool = False

    def validate(self) -> None:
        if not self.min < self.max or not self.step > 0:
            raise ValueError(
                f"{self.name}: a slider needs min < max and step > 0: "
                f"got min={self.min}, max={self.max}, step={self.step}."
            )
        if self.log and self.min <= 0:
            raise ValueError(f"{self.name}: a log slider needs min > 0: got {self.min}.")

    @property
    def whole(self) -> bool:
        """True if the slider holds whole numbers: min, max and step are ints."""
        return all(isinstance(end, int) for end in (self.min, self.max, self.step))

    def check(self, value: object) -> float | int:
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = math.nan
        if not self.min <= number <= self.max or (self.whole and not number.is_integer()):
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(
                f"{self.name} must be {kind} from {self.min} to {self.max}: got {value!r}. "
                "Choose a value in that range."
            )
        return int(number) if self.whole else number

    def positions(self) -> list[Value]:
        if not self.log:
            count = math.floor((self.max - self.min) / self.step + 1e-9) + 1
            return [self.check(min(self.min + i * self.step, self.max)) for i in range(count)]
        count = math.floor(math.log10(self.max / self.min) / self.step + 1e-9) + 1
        return [min(self.min * 10 ** (i * self.step), self.max) for i in range(count)]


@dataclass(frozen=True, kw_only=True)
class Play(Slider):
    """A slider that can also run by itself, one step every `interval` milliseconds."""

    interval: int = 100


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of several names."""

    options: tuple[str, ...]

    def check(self, value: object) -> str:
        if value not in self.options:
            raise ValueError(
                f"{self.name} must be one of {', '.join(self.options)}: got {value!r}."
            )
        return str(value)

    def positions(self) -> list[Value]:
        return list(self.options)


@dataclass(frozen=True)
class Toggle(Control):
    """On or off."""

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{self.name} must be True or False: got {value!r}.")
        return value

    def positions(self) -> list[Value]:
        return [False, True]
