"""Controls from a function's arguments, by the abbreviations of ipywidgets' interact."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from vegrad_course.scenes.model import Choice, Control, Slider, Toggle


def arguments(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Argument names with what says how each may move: the keyword given, or the default."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        found[name] = given.get(name, parameter.default)
        if found[name] is inspect.Parameter.empty:
            raise ValueError(
                f"explore needs a range for every argument: got none for {name!r}. Write "
                f"explore(function, {name}=(0, 1)), or give {name} a default."
            )
    for name in given.keys() - found.keys():
        raise ValueError(f"The function has the arguments {', '.join(found)}: got {name!r}.")
    return found


def control(name: str, value: Any) -> Control:
    """The control for one argument, by ipywidgets' abbreviations."""
    if isinstance(value, Control):
        return value
    if isinstance(value, bool):
        return Toggle(name, name, value)
    if isinstance(value, (int, float)):
        low, high = sorted((-value, 3 * value)) if value else (0, 1)
        value = (low, high, 1 if isinstance(value, int) else (high - low) / 100, value)
    if isinstance(value, (list, tuple)) and value:
        if all(isinstance(option, str) for option in value):
            return Choice(name, name, value[0], options=tuple(value))
        if 2 <= len(value) <= 4 and all(isinstance(n, (int, float)) for n in value):
            return slider(name, *value)
    raise ValueError(
        f"{name} must be a number, (min, max), (min, max, step), a list of names or True/False: "
        f"got {value!r}."
    )


def slider(
    name: str, low: float, high: float, step: float = 0, start: float | None = None
) -> Slider:
    whole = isinstance(low, int) and isinstance(high, int)
    step = step or (1 if whole else (high - low) / 100)
    middle = low + (high - low) / step // 2 * step
    return Slider(name, name, middle if start is None else start, min=low, max=high, step=step)
