"""check(answer): the instant verdict on an answer, and the score that nbgrader reads."""

from typing import Any

from vegrad_course.checking import own, store
from vegrad_course.checking.borrowed import borrowed
from vegrad_course.checking.report import Report
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import SEED, Mark, Marks, cases_of, mark
from vegrad_course.exercises.model import Exercise, Fault, Outputs, failed


def check(answer: Any = None, /, **named: Any) -> Report:
    """Check one answer: `check(sigmoid_grad)`, or by keyword for a number, `check(max_slope=0.2)`.

    The report prints as its score in points, from 0 to the exercise's points, and shows as a card
    in a notebook. An unknown exercise is refused with the nearest name.
    """
    name, value = _named(answer, named)
    exercise = own.exercise(name)
    rule = borrowed(value) if callable(value) else None
    marks = _no_marks(exercise, rule) if rule else mark(exercise, value)
    return Report(marks, note=store.record(marks))


def _no_marks(exercise: Exercise, rule: str) -> Marks:
    """The marks of an answer that is not the learner's own. It is not run."""
    fault = Outputs(fault=Fault("borrowed", rule))
    verdict = failed("borrowed", rule)
    return Marks(exercise, tuple(Mark(c, fault, verdict) for c in cases_of(exercise, SEED)))


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
    if isinstance(answer, str) and answer in registry.names():
        return f"the name {answer!r} alone. Write check({answer}={answer})"
    return f"the bare value {answer!r}, whose exercise it cannot know"
