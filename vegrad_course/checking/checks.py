"""check(answer): the instant verdict on an answer, and the score that nbgrader reads."""

from typing import Any

from vegrad_course.checking import store
from vegrad_course.checking.report import Report
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import mark


def check(answer: Any = None, /, **named: Any) -> Report:
    """Check one answer: `check(sigmoid_grad)`, or by keyword for a number, `check(max_slope=0.2)`.

    The report prints as its score in points, from 0 to the exercise's points, and shows as a card
    in a notebook. An unknown exercise is refused with the nearest name.
    """
    name, value = _named(answer, named)
    marks = mark(registry.find(name), value)
    return Report(marks, note=store.record(marks))


def _named(answer: Any, named: dict[str, Any]) -> tuple[str, Any]:
    if answer is not None and not named and callable(answer):
        return getattr(answer, "__name__", type(answer).__name__), answer
    if answer is None and len(named) == 1:
        return next(iter(named.items()))
    raise Refusal(
        "check takes one answer: a function, check(sigmoid_grad), "
        f"or a value with its name, check(max_slope=0.1). It got {_came(answer, named)}."
    )


def _came(answer: Any, named: dict[str, Any]) -> str:
    if len(named) > 1:
        return f"{len(named)} names at once ({', '.join(named)})"
    if answer is None:
        return "nothing"
    return f"the bare value {answer!r}, whose exercise it cannot know"
