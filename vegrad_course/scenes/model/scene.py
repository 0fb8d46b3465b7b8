"""A scene: the data of a figure at one setting of its controls. Pure data, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vegrad_course.scenes.model.controls import Value
from vegrad_course.scenes.model.marks import HeatMap, Image, Mark
from vegrad_course.scenes.model.text import render
from vegrad_course.scenes.model.thin import thinned

if TYPE_CHECKING:
    from vegrad_course.scenes.model.figure import Figure
    from vegrad_course.scenes.model.panels import Panel


class SceneError(ValueError):
    """The data do not fit the description. The message says which name, and what to do."""


@dataclass(frozen=True)
class Scene:
    """`data` holds arrays (float64, thinned for display), numbers and strings by name."""

    figure: "Figure"
    values: dict[str, Value]
    data: dict[str, Any]

    @classmethod
    def of(cls, figure: "Figure", values: dict[str, Value], result: Mapping[str, Any]) -> "Scene":
        """Check the result of `compute` and keep what the description names."""
        if not isinstance(result, Mapping):
            raise SceneError(
                f"{figure.name}: compute must return a dict of names: got {type(result).__name__}."
            )
        for name in sorted(figure.names() - result.keys() - values.keys()):
            raise SceneError(
                f"{figure.name}: the description names {name!r}, but compute returned "
                f"{', '.join(map(str, result))}. Return it, or correct the name."
            )
        data = {name: plain(name, result[name]) for name in figure.names() & result.keys()}
        for panel in figure.panels:
            check_panel(panel, data)
        return cls(figure, values, thinned(data, figure.panels))

    def __getitem__(self, name: str) -> Any:
        """One of the data that the description names: `scene["rate"]`."""
        return self.data[name]

    def text(self, template: str) -> str:
        """A template filled in with the data and the control values."""
        return render(template, self.values | self.data)

    def place(self, value: str | float) -> float:
        """A number, given as itself or by name."""
        return float((self.values | self.data)[value]) if isinstance(value, str) else float(value)

    @property
    def title(self) -> str:
        return self.text(self.figure.title)

    @property
    def alt(self) -> str:
        """The sentence that stands for the picture."""
        return self.text(self.figure.describe)


def plain(name: str, value: object) -> object:
    """A string, a Python number, or a float64 array."""
    if isinstance(value, (str, bool, int, float)):
        return value
    try:
        array = np.asarray(value)
        array = array if array.dtype.kind in "biu" and array.ndim == 0 else array.astype(float)
    except (TypeError, ValueError):
        raise SceneError(f"{name!r} must be numbers or text: got {type(value).__name__}.") from None
    return array if array.ndim else array.item()


def check_panel(panel: "Panel", data: Mapping[str, Any]) -> None:
    for mark in panel.marks:
        check_mark(mark, {getattr(mark, field): field for field in mark.arrays}, data)
        if not isinstance(mark, Image):
            for field in ("x", "y"):
                if field in mark.arrays and getattr(panel, field).scale == "log":
                    check_positive(getattr(mark, field), data)


def check_mark(mark: Mark, named: Mapping[str, str], data: Mapping[str, Any]) -> None:
    kind = type(mark).__name__
    for name, field in named.items():
        array, ndim = data.get(name), 2 if field == "z" else 1
        if not isinstance(array, np.ndarray) or array.ndim != ndim:
            got = f"shape {array.shape}" if isinstance(array, np.ndarray) else repr(array)
            raise SceneError(f"{kind}: {name!r} must be an array with {ndim} axes: got {got}.")
        if array.size == 0:
            raise SceneError(f"{kind}: {name!r} is empty. There is nothing to draw.")
        if not np.isfinite(array).any():
            raise SceneError(
                f"{kind}: {name!r} holds no finite number (all {array.flat[0]}). "
                "Look for an overflow, 0/0, or the log of zero on the way to it."
            )
    sizes = {name: data[name].shape for name in named}
    if isinstance(mark, HeatMap):
        if sizes[mark.z] != sizes[mark.y] + sizes[mark.x]:
            raise SceneError(f"HeatMap: z must have shape (len(y), len(x)): got {sizes}.")
    elif len(set(sizes.values())) > 1:
        raise SceneError(f"{kind}: these must have the same length: got {sizes}.")


def check_positive(name: str, data: Mapping[str, Any]) -> None:
    if not np.any(data[name] > 0):
        raise SceneError(
            f"{name!r} stands on a log axis but has no value above zero "
            f"(largest: {np.nanmax(data[name])}). Has it underflowed? Use log10 or a symlog axis."
        )
