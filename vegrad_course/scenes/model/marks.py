"""Marks: what is drawn on a panel. Strings name entries of the dict that `compute` returns.

`x`, `y`, `low`, `high` and `z` of Line, Points, Bars, Area, HeatMap and Image name arrays; `at`,
`low`, `high`, `x` and `y` of Rule, Band and Label are a number or the name of one, and a mark
whose place is NaN is not drawn. Labels are templates. Colours are names of the palette; a colour,
dash or marker left out is given by order, so that two lines always differ in both.
"""

from dataclasses import dataclass
from typing import ClassVar

DASHES = ("solid", "dash", "dot", "dashdot")
MARKERS = ("circle", "square", "triangle", "diamond", "cross")


@dataclass(frozen=True, kw_only=True)
class Mark:
    label: str = ""
    color: str = ""
    arrays: ClassVar[tuple[str, ...]] = ()  # fields that name arrays
    places: ClassVar[tuple[str, ...]] = ()  # fields that are a number or name one


@dataclass(frozen=True)
class Line(Mark):
    """y against x; a gap where either is NaN."""

    x: str
    y: str
    dash: str = ""
    width: float = 2.0
    arrays = ("x", "y")


@dataclass(frozen=True)
class Points(Mark):
    """One marker for each (x, y)."""

    x: str
    y: str
    marker: str = ""
    size: float = 3.5  # half the marker's height, in pixels
    arrays = ("x", "y")


@dataclass(frozen=True)
class Bars(Mark):
    """A bar from zero to y at each x; `width` in units of the distance between bars."""

    x: str
    y: str
    width: float = 0.8
    arrays = ("x", "y")


@dataclass(frozen=True)
class Area(Mark):
    """The shaded region between two curves over x."""

    x: str
    low: str
    high: str
    arrays = ("x", "low", "high")


@dataclass(frozen=True)
class Band(Mark):
    """A shaded stretch of one axis, across the whole panel."""

    low: str | float
    high: str | float
    axis: str = "x"
    places = ("low", "high")


@dataclass(frozen=True)
class Rule(Mark):
    """A reference line at one value of an axis, across the whole panel."""

    at: str | float
    axis: str = "y"
    dash: str = "dash"
    places = ("at",)


@dataclass(frozen=True)
class Label(Mark):
    """A few words at a place."""

    x: str | float
    y: str | float
    text: str
    places = ("x", "y")


@dataclass(frozen=True)
class HeatMap(Mark):
    """z of shape (len(y), len(x)) on evenly spaced cell centres; colours run over `limits`."""

    x: str
    y: str
    z: str
    limits: tuple[float, float] | None = None
    diverging: bool = False
    arrays = ("x", "y", "z")


@dataclass(frozen=True)
class Image(Mark):
    """A picture of shape (height, width) in greys over `limits`, its first row on top."""

    z: str
    limits: tuple[float, float] = (0.0, 1.0)
    arrays = ("z",)
