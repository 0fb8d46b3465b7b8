"""Comparing what the student returned with what an oracle measured, and saying what differs."""

from typing import Any

import numpy as np

from vegrad_course.exercises.model import PASSED, Outputs, Verdict, failed


def compare(
    outputs: Outputs,
    expected: Any,
    *,
    part: str = "result",
    at: np.ndarray | None = None,
    dtype: np.dtype | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> Verdict:
    """Compare one named part of the outputs with `expected`: kind, shape, dtype, NaN, then values.

    `at` holds the inputs, elementwise, so that the message can say where the difference is.
    """
    got, want = outputs[part], np.asarray(expected)
    label = "your answer" if part == "result" else f"your {part}"
    if got.dtype == np.float32:
        rtol, atol = max(rtol, 1e-5), max(atol, 1e-6)
    fits = first_problem(_numeric(got, label), _same_shape(got, want, label))
    if not fits.passed:
        return fits
    return first_problem(
        _no_nan(got, want, label, at),
        _close(got, want, label, at, rtol, atol),
        _same_dtype(got, dtype, label),
    )


def compare_all(outputs: Outputs, name: str, expected: list, **options: Any) -> Verdict:
    """Compare a list of arrays, collected by `numbered(name)`, piece by piece."""
    if outputs["length"] != len(expected):
        came, due = int(outputs["length"]), len(expected)
        return failed("shape", f"your list `{name}` has {came} entries; it must have {due}.")
    verdicts = (
        compare(outputs, want, part=f"{name}[{i}]", **options) for i, want in enumerate(expected)
    )
    return first_problem(*verdicts)


def first_problem(*verdicts: Verdict) -> Verdict:
    """The first verdict that is not a pass."""
    return next((verdict for verdict in verdicts if not verdict.passed), PASSED)


def quiet(outputs: Outputs) -> Verdict:
    """No warning was raised. For exercises that ask for numerical stability."""
    if not outputs.warnings:
        return PASSED
    return failed("warning", f"numpy warned: {outputs.warnings[0]}.")


def _numeric(got: np.ndarray, label: str) -> Verdict:
    if got.dtype.kind in "fiub":
        return PASSED
    if got.dtype.kind == "U":
        return failed("type", f"{label} is text. Write numbers without quotes.")
    return failed("type", f"{label} must hold numbers; it holds {got.dtype.name} values.")


def _same_shape(got: np.ndarray, want: np.ndarray, label: str) -> Verdict:
    if got.shape == want.shape:
        return PASSED
    if want.shape == ():
        return failed("shape", f"{label} is an array of shape {got.shape}; one number is due.")
    return failed("shape", f"{label} has shape {got.shape}; the shape must be {want.shape}.")


def _same_dtype(got: np.ndarray, dtype: np.dtype | None, label: str) -> Verdict:
    if dtype is None or got.dtype == dtype:
        return PASSED
    return failed("dtype", f"{label} has dtype {got.dtype}; the input's dtype is {dtype}. Keep it.")


def _no_nan(got: np.ndarray, want: np.ndarray, label: str, at: np.ndarray | None) -> Verdict:
    odd = ~np.isfinite(got) & np.isfinite(want)
    if not odd.any():
        return PASSED
    where = _first(odd)
    return failed("nan", f"{label} {_holds(got, where)}{_place(where, at)}.")


def _close(
    got: np.ndarray, want: np.ndarray, label: str, at: np.ndarray | None, rtol: float, atol: float
) -> Verdict:
    bad = ~np.isclose(got, want, rtol=rtol, atol=atol)
    if not bad.any():
        return PASSED
    where = _first(bad)
    share = "" if got.ndim == 0 else f" ({bad.sum()} of {bad.size} numbers are off)"
    return failed("value", f"{label} {_holds(got, where)}{_place(where, at)}{share}.")


def _first(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])


def _place(where: tuple[int, ...], at: np.ndarray | None) -> str:
    index = f" at index {list(where)}" if where else ""
    if at is None or (np.shape(at) != () and len(where) != np.ndim(at)):
        return index
    return f"{index}, where the input is {_number(np.asarray(at)[where])}"


def _holds(got: np.ndarray, where: tuple[int, ...]) -> str:
    return f"{'holds' if where else 'is'} {_number(got[where])}"


def _number(value: Any) -> str:
    return f"{float(value):.6g}"
