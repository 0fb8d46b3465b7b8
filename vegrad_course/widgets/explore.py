"""A living figure of the learner's own function."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vegrad_course.scenes.model import (
    Axis,
    Control,
    Figure,
    Line,
    Panel,
    Points,
    Slider,
)
from vegrad_course.scenes.model.text import number
from vegrad_course.widgets.abbreviations import arguments, control
from vegrad_course.widgets.live_figure import LiveFigure

SWEEP = 41  # positions of the first slider at which a function that returns a number is drawn


def explore(function: Callable[..., Any], **controls: Any) -> LiveFigure:
    """Move the arguments of `function` and see what it returns.

    As in ipywidgets: an argument whose default (or the keyword given here) is a number, a tuple
    (min, max) or (min, max, step), a list of names, or True/False becomes a control. A number
    is drawn against the first slider, an array against its index, (x, y) as a line, and a dict
    of arrays as one line each.
    """
    parts = tuple(control(name, value) for name, value in arguments(function, controls).items())
    start = {part.name: part.value for part in parts}
    try:
        first = drawable(function(**start), function, parts, start)
    except Exception:  # the figure itself will show the error
        first = {"x": np.zeros(1), "result": np.zeros(1)}
    title = getattr(function, "__name__", "result").replace("<lambda>", "result")
    return LiveFigure(describe(title, parts, first, function))


def drawable(
    result: Any, function: Callable[..., Any], parts: tuple[Control, ...], values: dict[str, Any]
) -> dict[str, Any]:
    """The result as named arrays, "x" and one for each line."""
    if isinstance(result, Mapping):
        lines = {str(name): np.asarray(array, dtype=float) for name, array in result.items()}
        longest = max((array.size for array in lines.values()), default=0)
        return {"x": np.arange(float(longest))} | lines
    if isinstance(result, tuple) and len(result) == 2:
        return {"x": np.asarray(result[0], float), "result": np.asarray(result[1], float)}
    array = np.asarray(result, dtype=float)
    if array.ndim:
        return {"x": np.arange(float(len(array))), "result": array}
    first = next((part for part in parts if isinstance(part, Slider)), None)
    if first is None:
        return {"x": np.zeros(1), "result": array.reshape(1)}
    return sweep(function, first, values) | {
        "here": np.array([float(values[first.name])]), "now": array.reshape(1)
    }  # fmt: skip


def sweep(function: Callable[..., Any], along: Slider, values: dict[str, Any]) -> dict[str, Any]:
    """The number that the function returns, over the whole range of one slider."""
    space = np.geomspace if along.log else np.linspace
    places = space(along.min, along.max, SWEEP)
    chosen = np.unique(places.round()).astype(int) if along.whole else places
    result = [float(function(**{**values, along.name: place})) for place in chosen.tolist()]
    return {"x": chosen.astype(float), "result": np.array(result)}


def describe(
    title: str, parts: tuple[Control, ...], first: dict[str, Any], function: Callable[..., Any]
) -> Figure:
    """The figure for results of the kind of `first`."""
    lines = [name for name in first if name not in ("x", "here", "now")]
    label = (
        next((p.label for p in parts if isinstance(p, Slider)), "") if "now" in first else "index"
    )
    marks: list[Any] = [Line("x", name, label=name if len(lines) > 1 else "") for name in lines]
    if "now" in first:
        marks.append(Points("here", "now", size=5))

    def compute(**values: Any) -> dict[str, Any]:
        data = drawable(function(**values), function, parts, values)
        return data | {"ends": ends(data)}

    setting = ", ".join(f"{part.label} {{{part.name}}}" for part in parts)
    return Figure(
        name=title,
        title=f"{title}: {{ends}}",
        controls=parts,
        compute=compute_with(compute, parts),
        panels=(Panel("", Axis(label), Axis(title), tuple(marks), height=300),),
        describe=f"{title} at {setting}: {{ends}}.",
    )


def compute_with(compute: Callable[..., Any], parts: tuple[Control, ...]) -> Callable[..., Any]:
    """The function with a signature that lists the controls."""
    kind = inspect.Parameter.KEYWORD_ONLY
    signature = inspect.Signature([inspect.Parameter(part.name, kind) for part in parts])
    compute.__signature__ = signature  # type: ignore[attr-defined]
    return compute


def ends(data: dict[str, Any]) -> str:
    """The result in a few words: one number, or the range of all."""
    if "now" in data:
        return number(float(data["now"][0]))
    numbers = np.concatenate([np.ravel(v) for name, v in data.items() if name != "x"])
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return "no finite number"
    return f"from {number(float(numbers.min()))} to {number(float(numbers.max()))}"
