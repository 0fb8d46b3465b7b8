"""The answer format: what may cross between the sandbox and the judge, and how it is written.

Values are msgpack, which knows None, booleans, 64-bit integers, floats, text, lists and maps.
Extension types add what answers are made of:

    1 array      dtype (kind b, i, u, f, c or U), shape, bytes in C order
    2 scalar     as an array of shape (), for a number of numpy's own types
    3 tensor     as an array, for a torch tensor
    4 view       which array among the arguments, byte offset, dtype, shape, strides
    5 objects    shape and a list: an array of arrays
    6 tuple, 7 set, 8 complex, 9 ellipsis
    10 callable  a number: a function that stays with the judge and is called across
    11 generator the state of a numpy Generator
    12 other     the name of a type that may not cross
    13 model     the layers of a torch Sequential, with parameters and gradients
    14 plain     a value of a subclass of a plain type, as that type

No pickle, no code, no attribute is ever read from the bytes. Nesting is at most 32 deep, one
message at most 128 MB with a million items in its lists and maps, a view has no more numbers than
its array, and whatever breaks a rule raises `Malformed`.
"""

import math
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np

from . import models

MOST_BYTES = 128 * 2**20
MOST_ITEMS = 1_000_000
DEEPEST = 32
KINDS = "biufcU"
PLAIN_KEYS = (str, int, float, bool, type(None))


class Malformed(ValueError):
    """Bytes that do not keep to the format."""


class Other:
    """Stands for a value of a type that may not cross. Its class is named as the type was."""

    @staticmethod
    def of(module: str, name: str) -> Any:
        return type(name[:100], (Other,), {"__module__": module[:100]})()


class Writer:
    """From values to bytes. `given` are the argument arrays, which a result may be a view of."""

    def __init__(self, given: tuple = (), on_callable: Callable[[Any], int] | None = None) -> None:
        self.given, self.on_callable = given, on_callable

    def write(self, value: Any) -> bytes:
        return msgpack.packb(value, default=self._extend, strict_types=True)

    def _extend(self, item: Any) -> Any:
        code, content = self._describe(item)
        return msgpack.ExtType(code, self.write(content))

    def _describe(self, item: Any) -> tuple[int, Any]:
        if isinstance(item, np.ndarray):
            return self._array(np.asarray(item))
        if isinstance(item, np.generic) and item.dtype.kind in KINDS:
            return 2, [item.dtype.str, [], item.tobytes()]
        if isinstance(item, tuple):
            return 6, list(item)
        if isinstance(item, set | frozenset):
            return 7, list(item)
        if isinstance(item, complex):
            return 8, [item.real, item.imag]
        if item is ...:
            return 9, None
        if isinstance(item, np.random.Generator):
            return 11, _state(item)
        return self._less_usual(item)

    def _less_usual(self, item: Any) -> tuple[int, Any]:
        kinds: tuple[Any, ...] = (bool, int, float, str, list, dict)
        for plain in kinds:  # of a subclass: as what it is made of
            if isinstance(item, plain) and type(item) is not plain:
                return 14, plain(item)
        if (tensor := models.as_array(item)) is not None:
            return 3, [tensor.dtype.str, list(tensor.shape), tensor.tobytes()]
        if self.on_callable and (layers := models.layers_of(item)) is not None:
            return 13, layers
        if self.on_callable and callable(item):
            return 10, self.on_callable(item)
        name = "int beyond 64 bits" if isinstance(item, int) else type(item).__name__
        return 12, [type(item).__module__, name]

    def _array(self, array: np.ndarray) -> tuple[int, Any]:
        if array.dtype.kind == "O":
            return 5, [list(array.shape), array.ravel().tolist()]
        if array.dtype.kind not in KINDS:
            return 12, ["numpy", f"ndarray of {array.dtype.name}"]
        for place, given in enumerate(self.given):
            if np.may_share_memory(given, array) and (view := _view(given, array)):
                return 4, [place, *view]
        return 1, [array.dtype.str, list(array.shape), array.tobytes()]


class Reader:
    """From bytes to values, refusing all that the format does not name."""

    def __init__(self, given: tuple = (), on_callable: Callable[[int], Any] | None = None) -> None:
        self.given, self.on_callable = given, on_callable
        self.arrays: list[np.ndarray] = []
        self.items = 0

    def read(self, data: bytes) -> Any:
        try:
            return self._read(data, 0)
        except Malformed:
            raise
        except Exception as error:
            raise Malformed(f"{type(error).__name__}: {error}"[:200]) from None

    def _read(self, data: bytes, depth: int) -> Any:
        if depth > DEEPEST or len(data) > MOST_BYTES:
            raise Malformed("nested too deeply, or too large")
        return msgpack.unpackb(
            data,
            ext_hook=lambda code, inner: self._build(code, self._read(inner, depth + 1)),
            strict_map_key=False,
            max_array_len=MOST_ITEMS,
            max_map_len=MOST_ITEMS,
            list_hook=self._counted,
            object_pairs_hook=lambda pairs: dict(self._counted(pairs)),
        )

    def _counted(self, items: list) -> list:
        self.items += 1 + len(items)
        if self.items > MOST_ITEMS:
            raise Malformed(f"more than {MOST_ITEMS:,} items")
        return items

    def _build(self, code: int, content: Any) -> Any:
        simple: dict[int, Callable[[Any], Any]] = {
            2: lambda c: _array(*c)[()],
            3: lambda c: models.tensor(_array(*c)),
            4: lambda c: _same_memory(self.given[c[0]], *c[1:]),
            5: lambda c: _objects(*c),
            6: tuple,
            7: set,
            8: lambda c: complex(float(c[0]), float(c[1])),
            9: lambda c: ...,
            11: _generator,
            12: lambda c: Other.of(str(c[0]), str(c[1])),
            14: lambda c: c,
        }
        if code == 1:
            self.arrays.append(_array(*content))
            return self.arrays[-1]
        if code == 10 and self.on_callable:
            return self.on_callable(int(content))
        if code == 13 and self.on_callable:
            return models.build(content)
        if code not in simple:
            raise Malformed(f"extension type {code}")
        return simple[code](content)


def _array(dtype: str, shape: list, data: bytes) -> np.ndarray:
    kind = np.dtype(dtype)
    if len(dtype) > 8 or kind.kind not in KINDS or kind.hasobject:
        raise Malformed(f"dtype {dtype[:20]!r}")
    return np.frombuffer(data, kind).reshape([int(n) for n in shape]).copy()


def _objects(shape: list, items: list) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    array[:] = items if len(items) != 1 else [items[0]]
    return array.reshape(shape)


def _view(given: np.ndarray, array: np.ndarray) -> list | None:
    """Where `array` lies in `given`, if that has its numbers in a row."""
    offset = array.__array_interface__["data"][0] - given.__array_interface__["data"][0]
    if not given.flags.c_contiguous or not 0 <= offset <= given.nbytes or array.size > given.size:
        return None
    return [offset, array.dtype.str, list(array.shape), list(array.strides)]


def _same_memory(given: np.ndarray, offset: int, dtype: str, shape: list, strides: list) -> Any:
    if np.dtype(dtype).kind not in KINDS or math.prod(shape) > given.size:
        raise Malformed("a view of another kind, or with more numbers than its array")
    return np.ndarray(tuple(shape), dtype, given, offset, tuple(strides))


def _state(generator: np.random.Generator) -> dict:
    state = generator.bit_generator.state
    inner = {key: str(value) for key, value in state["state"].items()}
    return {**state, "state": inner}


def _generator(state: dict) -> np.random.Generator:
    if state["bit_generator"] != "PCG64":
        raise Malformed("a generator other than PCG64")
    generator = np.random.default_rng(0)
    inner = {key: int(value[:50]) for key, value in state["state"].items()}
    generator.bit_generator.state = {**state, "state": inner}
    return generator
