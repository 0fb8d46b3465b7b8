"""From whatever an answer returned to named plain arrays. Nothing else leaves the answer."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.model import Case

MOST_NUMBERS = 10_000_000
PLAIN = (bool, int, float, complex, str, np.generic, np.ndarray, list, tuple)


class NotPlain(TypeError):
    """An answer returned something that is not made of numbers or text."""


def call(answer: Callable, case: Case) -> Any:
    """The usual way to collect: call the answer with the case's inputs, in order.

    Cases are plain data, so an activation `f` and a derivative `df` stand there by name.
    """
    return answer(*(_argument(name, item) for name, item in case.inputs.items()))


def value(answer: Any, case: Case) -> Any:
    """How to collect where the answer is a number, a text or an array, not a function."""
    return answer


def pair(first: str, second: str) -> Callable[[Callable, Case], dict[str, Any]]:
    """How to collect from an answer that returns two things."""

    def collect(answer: Callable, case: Case) -> dict[str, Any]:
        returned = call(answer, case)
        if not isinstance(returned, tuple | list) or len(returned) != 2:
            raise NotPlain(f"Return two things, `{first}, {second}`; {_came(returned)} came back.")
        return {first: returned[0], second: returned[1]}

    return collect


def numbered(name: str) -> Callable[[Callable, Case], dict[str, Any]]:
    """How to collect from an answer that returns a list of arrays: `name[0]`, `name[1]`, ..."""

    def collect(answer: Callable, case: Case) -> dict[str, Any]:
        returned = call(answer, case)
        if not isinstance(returned, tuple | list):
            raise NotPlain(f"Return a list of arrays; {_came(returned)} came back.")
        pieces = {f"{name}[{i}]": piece for i, piece in enumerate(returned)}
        return {"length": len(returned), **pieces}

    return collect


def to_arrays(returned: Any) -> dict[str, np.ndarray]:
    """`returned` as named arrays: a mapping keeps its names, anything else is `result`."""
    named = returned if isinstance(returned, Mapping) else {"result": returned}
    return {name: _to_array(name, item) for name, item in named.items()}


def _argument(name: str, item: Any) -> Any:
    functions = {"f": oracle.value, "df": oracle.slope}
    return partial(functions[name], item) if name in functions else item


def _to_array(name: str, item: Any) -> np.ndarray:
    which = "Your answer" if name == "result" else f"Your {name}"
    if item is None:
        raise NotPlain(f"{which} is None. (In a function: did you forget `return`?)")
    if item is ...:
        raise NotImplementedError
    if not isinstance(item, PLAIN):
        raise NotPlain(f"{which} must be numbers or a numpy array; {_came(item)} came back.")
    array = _one_array(which, item)
    if array.size > MOST_NUMBERS:
        raise NotPlain(f"{which} holds {array.size:,} numbers; {MOST_NUMBERS:,} are the most.")
    return array


def _one_array(which: str, item: Any) -> np.ndarray:
    try:
        array = np.asarray(item)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "fiubcU":
        raise NotPlain(f"{which} is not one array of numbers: its rows differ in length or kind.")
    return array


def _came(item: Any) -> str:
    kind = type(item)
    shown = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return "nothing (None)" if item is None else f"a {shown}"
