"""Running an answer on one case, so that nothing it does can hurt the check."""

import copy
import io
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from typing import Any

import numpy as np

from vegrad_course.exercises.limits import TimeLimit, time_limit
from vegrad_course.exercises.model import Case, Exercise, Fault, Outputs
from vegrad_course.exercises.plain import NotPlain, call, to_arrays

IN_LINE = ", in the line "


def run(exercise: Exercise, answer: Any, case: Case, seconds: float | None = None) -> Outputs:
    """Collect the outputs of `answer` for one case. Whatever goes wrong comes back as a fault."""
    asked = replace(case, inputs=copy.deepcopy(dict(case.inputs)))
    collect, limit = exercise.collect or call, seconds or exercise.seconds
    with _hushed() as heard:
        try:
            with time_limit(limit):
                arrays = to_arrays(collect(answer, asked))
        except TimeLimit as late:
            return Outputs(fault=Fault("timeout", _too_slow(*late.args or [limit])))
        except NotImplementedError:
            return Outputs(fault=Fault("unanswered", "This answer is not written yet."))
        except NotPlain as error:
            return Outputs(fault=Fault("type", str(error)))
        except (Exception, SystemExit) as error:
            return Outputs(fault=Fault("raised", _what_was_raised(error, answer)))
    fault = _misuse(exercise, case, asked, arrays)
    copies = {name: np.array(array, copy=True) for name, array in arrays.items()}
    return Outputs(copies, tuple(f"{w.category.__name__}: {w.message}" for w in heard), fault)


@contextmanager
def _hushed() -> Iterator[list[warnings.WarningMessage]]:
    """No print reaches the screen, and warnings are kept. nbgrader marks any stderr as zero."""
    sink = io.StringIO()
    with warnings.catch_warnings(record=True) as heard, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        with redirect_stdout(sink), redirect_stderr(sink), _hushed_below_python():
            yield heard


@contextmanager
def _hushed_below_python() -> Iterator[None]:
    """Libraries in C print past Python, as LAPACK does about NaN. Their output goes nowhere."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream and not stream.closed:
            stream.flush()
    before = [os.dup(number) for number in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        for number, copy_of_it in zip((1, 2), before, strict=True):
            os.dup2(copy_of_it, number)
            os.close(copy_of_it)
        os.close(nowhere)


def _misuse(
    exercise: Exercise, case: Case, asked: Case, arrays: Mapping[str, np.ndarray]
) -> Fault | None:
    for name, before in case.inputs.items():
        if not _same(before, asked.inputs[name]):
            return Fault(
                "mutated",
                f"Your function changed its input `{name}`. "
                "Work on new arrays: `b = a * 2` makes one, `a *= 2` changes the caller's.",
            )
    if exercise.may_return_input:
        return None
    for name, given in asked.inputs.items():
        if isinstance(given, np.ndarray) and any(
            np.may_share_memory(given, array) for array in arrays.values()
        ):
            return Fault(
                "view",
                f"Your function returned a view of its input `{name}`: "
                "changing one would change the other. Return a new array.",
            )
    return None


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return callable(before) or before == after


def _too_slow(seconds: float) -> str:
    return (
        f"Your function did not finish within {seconds:g} s. "
        "Is there a loop that never ends, or work that is done again and again?"
    )


def _what_was_raised(error: BaseException, answer: Any) -> str:
    told = f"Your code raised {type(error).__name__}: {error}"[:500]
    code = getattr(answer, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if code and frame.filename == code.co_filename]
    line = own[-1].line if own else getattr(error, "in_line", "")
    return f"{told}{IN_LINE}`{line}`" if line else told
