"""Answers as they are kept in the gradebook, so that they can be judged again.

The format is msgpack, made of plain values only:

    {"version": 1, "exercises": {name: [[case name, digest of the inputs, outputs], ...]}}
    outputs = {"arrays": {name: [dtype, shape, bytes]}, "warnings": [text], "fault": [kind, text]}

`fault` is None where there was none. `outputs` is None for a case that was too large to keep.
An array's dtype is numpy's text for it ("<f8") of the kinds "fiubcU"; its bytes are in C order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgpack
import numpy as np

from vegrad_course.exercises.marking import Mark, Marks
from vegrad_course.exercises.model import Case, Fault, Outputs

VERSION = 1
MOST_BYTES = 1 << 20  # of one case's outputs
MOST_TOTAL = 16 << 20  # of one submission's answers
KINDS = "fiubcU"


class Malformed(ValueError):
    """Bytes that are not answers in this format."""


@dataclass(frozen=True)
class StoredCase:
    """One case of one exercise: which inputs were asked, and what came back (None: too large)."""

    name: str
    digest: str
    outputs: Outputs | None


def pack(marks_by_exercise: Mapping[str, Marks]) -> bytes:
    """The outputs of each case of each exercise, as bytes. The same answers give the same bytes."""
    room, exercises = MOST_TOTAL, {}
    for name, marks in sorted(marks_by_exercise.items()):
        cases = [_pack_case(mark, room) for mark in marks.marks]
        room -= len(_packed(cases))
        exercises[name] = cases
    return _packed({"version": VERSION, "exercises": exercises})


def unpack(data: bytes) -> dict[str, list[StoredCase]]:
    """The cases of each exercise. Anything else than this format raises `Malformed`."""
    if not data:
        return {}
    try:
        plain = msgpack.unpackb(data, unicode_errors="surrogatepass")
        if plain["version"] != VERSION:
            raise Malformed(f"Answers are kept in version {VERSION}: got {plain['version']!r}.")
        return {
            name: [StoredCase(case, digest, _outputs(came)) for case, digest, came in cases]
            for name, cases in plain["exercises"].items()
        }
    except Malformed:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, msgpack.UnpackException) as error:
        raise Malformed(f"Stored answers cannot be read ({type(error).__name__}).") from error


def inputs_digest(case: Case) -> str:
    """A fingerprint of a case's inputs: the same values of the same types in the same order."""
    found = sha256()
    for piece in _pieces(dict(case.inputs)):
        found.update(len(piece).to_bytes(8) + piece)
    return found.hexdigest()


def _pack_case(mark: Mark, room: int) -> list[Any]:
    came = _plain(mark.outputs)
    small = len(_packed(came)) <= min(MOST_BYTES, room)
    return [mark.case.name, inputs_digest(mark.case), came if small else None]


def _plain(outputs: Outputs) -> dict[str, Any]:
    fault = outputs.fault
    return {
        "arrays": {name: _plain_array(array) for name, array in outputs.arrays.items()},
        "warnings": list(outputs.warnings),
        "fault": [fault.kind, fault.message] if fault else None,
    }


def _plain_array(array: np.ndarray) -> list[Any]:
    return [array.dtype.str, list(array.shape), array.tobytes()]


def _outputs(came: dict[str, Any] | None) -> Outputs | None:
    if came is None:
        return None
    arrays = {name: _array(*parts) for name, parts in came["arrays"].items()}
    fault = Fault(*came["fault"]) if came["fault"] else None
    return Outputs(arrays, tuple(came["warnings"]), fault)


def _array(dtype: str, shape: list[int], data: bytes) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind not in KINDS:
        raise Malformed(f"An array holds numbers or text: got dtype {dtype!r}.")
    return np.ndarray(tuple(shape), kind, data).copy()


def _pieces(value: Any) -> Iterator[bytes]:
    """A value as a row of bytes that another value does not have."""
    if isinstance(value, dict):
        yield from _pieces(list(value.items()))
    elif isinstance(value, list | tuple):
        yield f"{type(value).__name__} {len(value)}".encode()
        for item in value:
            yield from _pieces(item)
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype.str} {value.shape}".encode()
        yield value.tobytes()
    elif value is None or isinstance(value, bool | int | float | complex | str | np.generic):
        yield f"{type(value).__name__} {value!r}".encode("utf-8", "surrogatepass")
    else:
        raise TypeError(f"A case's inputs are plain data: got a {type(value).__name__}.")


def _packed(plain: Any) -> bytes:
    return msgpack.packb(plain, unicode_errors="surrogatepass")
