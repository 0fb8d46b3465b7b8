"""An answer that lives in the sandbox, for the judge to call as if it were a function here."""

import builtins
import warnings
from typing import Any

import numpy as np

from vegrad_course.exercises.limits import TimeLimit
from vegrad_course.exercises.plain import NotPlain
from vegrad_course.grading.session import Session, arrays_in


class RemoteAnswer:
    """Calls cross into the sandbox with copies; what the answer did to its inputs is done here."""

    def __init__(self, session: Session, name: str, seconds: float) -> None:
        self.session, self.__name__, self.seconds = session, name, seconds

    def __call__(self, *args: Any) -> Any:
        reply = self.session.call(self.__name__, args, self.seconds)
        _warn_again(reply.get("warnings"))
        _change_again(args, reply)
        if reply.get("late"):
            raise TimeLimit(self.seconds)
        if "raised" in reply:
            raise _the_same_error(reply["raised"])
        if "value" not in reply:
            raise NotPlain("Your answer returned something that cannot be written as plain data.")
        return reply["value"]


def fetch(session: Session, name: str, seconds: float) -> Any:
    """The student's answer of that name: a value, or a function to call. None if there is none."""
    came = session.get(name)
    return RemoteAnswer(session, name, seconds) if came.get("callable") else came.get("value")


def _warn_again(heard: Any) -> None:
    for category, text in heard if isinstance(heard, list) else ():
        kind = getattr(builtins, str(category), None)
        if not (isinstance(kind, type) and issubclass(kind, Warning)):
            kind = type(str(category)[:100], (UserWarning,), {})
        warnings.warn_explicit(str(text), kind, "<answer>", 1)


def _change_again(args: tuple, reply: dict[str, Any]) -> None:
    """Repeat what the answer did to its inputs, so that the judge sees it as in a notebook."""
    arrays, changed = arrays_in(args), reply.get("changed")
    for place, now in changed.items() if isinstance(changed, dict) else ():
        if isinstance(now, np.ndarray) and now.shape == arrays[place].shape:
            arrays[place][...] = now
    if reply.get("other") is True and not changed:
        for item in args:
            if isinstance(item, list):
                item.clear()
    generators = [item for item in args if isinstance(item, np.random.Generator)]
    for ours, theirs in zip(generators, reply.get("drawn") or (), strict=False):
        if isinstance(theirs, np.random.Generator):
            ours.bit_generator.state = theirs.bit_generator.state


def _the_same_error(raised: Any) -> Exception:
    """The error that the answer raised, of the same built-in type where there is one."""
    name, text, line = (str(part) for part in raised)
    kind: Any = getattr(builtins, name, None) or getattr(np.linalg, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = type(name[:100], (Exception,), {})
    try:
        error = kind(text)
    except TypeError:  # such as UnicodeDecodeError, which wants more than a text
        error = type(name[:100], (Exception,), {})(text)
    error.in_line = line
    return error
