"""Panels and their axes."""

from dataclasses import dataclass, replace

from vegrad_course.scenes.model.marks import (
    DASHES,
    MARKERS,
    Area,
    Bars,
    Label,
    Line,
    Mark,
    Points,
)
from vegrad_course.scenes.model.palette import COLORS
from vegrad_course.scenes.model.text import fields

SCALES = ("linear", "log", "symlog")


@dataclass(frozen=True)
class Axis:
    """A labelled axis. Without `limits` it follows the data; during a drag it only grows."""

    label: str
    scale: str = "linear"
    limits: tuple[float, float] | None = None
    threshold: float = 1.0  # symlog: linear between -threshold and threshold

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise ValueError(f"A scale must be one of {', '.join(SCALES)}: got {self.scale!r}.")
        if self.limits and not self.limits[0] < self.limits[1]:
            raise ValueError(f"Limits must be (low, high) with low < high: got {self.limits}.")
        if self.limits and self.scale == "log" and self.limits[0] <= 0:
            raise ValueError(f"A log axis needs limits above zero: got {self.limits}.")


@dataclass(frozen=True)
class Panel:
    """Axes and marks under a title that states the finding (a template)."""

    title: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    height: int = 260  # pixels
    equal: bool = False  # one unit is as long on x as on y

    def __post_init__(self) -> None:
        if not self.marks:
            raise ValueError(f"A panel needs at least one mark: {self.title!r} has none.")
        object.__setattr__(self, "marks", styled(self.marks))

    def texts(self) -> list[str]:
        """Every template on the panel."""
        labels = [text for mark in self.marks for text in (mark.label, getattr(mark, "text", ""))]
        return [self.title, self.x.label, self.y.label, *labels]

    def names(self) -> set[str]:
        """Every name that the panel asks of `compute`."""
        named = {getattr(m, field) for m in self.marks for field in (*m.arrays, *m.places)}
        quoted = {name for text in self.texts() for name in fields(text)}
        return quoted | {name for name in named if isinstance(name, str)}


def styled(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The marks with every colour, dash and marker decided: by order, where left open."""
    result, colors, dashes, markers = [], 0, 0, 0
    for mark in marks:
        if isinstance(mark, (Line, Points, Bars, Area)):
            mark = replace(mark, color=mark.color or COLORS[colors % 6])
            colors += 1
        if isinstance(mark, Line):
            mark = replace(mark, dash=mark.dash or DASHES[dashes % len(DASHES)])
            dashes += 1
        if isinstance(mark, Points):
            mark = replace(mark, marker=mark.marker or MARKERS[markers % len(MARKERS)])
            markers += 1
        result.append(known(replace(mark, color=mark.color or default_color(mark))))
    return tuple(result)


def default_color(mark: Mark) -> str:
    return "ink" if isinstance(mark, Label) else "muted"


def known(mark: Mark) -> Mark:
    for field, options in (
        ("color", COLORS),
        ("dash", DASHES),
        ("marker", MARKERS),
        ("axis", "xy"),
    ):
        value = getattr(mark, field, None)
        if value is not None and value not in options:
            raise ValueError(
                f"{type(mark).__name__}.{field} must be one of {', '.join(options)}: got {value!r}."
            )
    return mark
