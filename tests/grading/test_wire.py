"""The answer format: what may cross comes back equal, and nothing else gets through."""

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vegrad_course.grading.inside.wire import Malformed, Other, Reader, Writer


def there_and_back(value):
    return Reader().read(Writer().write(value))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -(2**63),
        2.5,
        float("inf"),
        1 + 2j,
        ...,
        "σ",
        [1, [2]],
        (1, (2,)),
        {1, 2},
        {2: "b"},
    ],
)
def test_plain_values_come_back_as_they_were(value):
    came = there_and_back(value)
    assert came == value
    assert type(came) is type(value)


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f8", "i2", "u8", "?", "c16", "U3"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_arrays_keep_dtype_shape_and_bits(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).astype(dtype).reshape(shape)
    came = there_and_back(array)
    assert came.dtype == array.dtype and came.shape == shape and came.tobytes() == array.tobytes()


def test_numbers_of_numpy_and_tensors_keep_their_kind():
    assert type(there_and_back(np.float32(0.1))) is np.float32
    assert torch.equal(there_and_back(torch.tensor([1.0, 2.0])), torch.tensor([1.0, 2.0]))
    ragged = np.empty(2, dtype=object)
    ragged[:] = [np.zeros(2), np.ones(3)]
    assert [len(row) for row in there_and_back(ragged)] == [2, 3]


def test_a_view_of_an_argument_is_a_view_again():
    given_there, given_here = np.arange(6.0), np.arange(6.0)
    came = Reader((given_here,)).read(Writer((given_there,)).write(given_there[1::2]))
    assert np.shares_memory(came, given_here) and came.tolist() == [1, 3, 5]


def test_a_generator_goes_on_where_it_was():
    generator = np.random.default_rng(3)
    generator.normal(size=5)
    assert there_and_back(generator).normal() == generator.normal()


def test_a_model_keeps_its_parameters_and_gradients():
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    model[0].weight.requires_grad_(False)
    model(torch.ones(1, 3)).sum().backward()
    data = Writer(on_callable=lambda f: 0).write(model)
    came = Reader(on_callable=lambda n: print).read(data)
    for ours, theirs in zip(model.parameters(), came.parameters(), strict=True):
        assert torch.equal(ours, theirs) and ours.requires_grad == theirs.requires_grad
        assert (ours.grad is None) == (theirs.grad is None)


class Liar(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize("value", [object(), print, 2**80, open, np.array(["2020"], "M8[D]")])
def test_what_may_not_cross_arrives_as_a_name_only(value):
    assert isinstance(there_and_back(value), Other)


def test_a_number_that_equals_everything_arrives_as_a_number():
    came = there_and_back(Liar(3))
    assert type(came) is int and came != 4


def test_a_model_and_a_function_do_not_come_back_from_the_sandbox():
    for code in (10, 13):
        with pytest.raises(Malformed):
            Reader().read(msgpack.packb(msgpack.ExtType(code, msgpack.packb(0))))


BROKEN = {
    "an unknown type": msgpack.ExtType(99, b"\x00"),
    "objects in an array": msgpack.ExtType(1, msgpack.packb(["O", [1], b"12345678"])),
    "a record dtype": msgpack.ExtType(1, msgpack.packb(["i4,i4", [1], b"12345678"])),
    "more numbers than bytes": msgpack.ExtType(1, msgpack.packb(["<f8", [9], b"12345678"])),
    "a view of nothing": msgpack.ExtType(4, msgpack.packb([0, 0, "<f8", [1], [8]])),
    "a generator of another kind": msgpack.ExtType(11, msgpack.packb({"bit_generator": "X"})),
    "an unhashable key": msgpack.ExtType(7, msgpack.packb([[1]])),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_malformed(name):
    with pytest.raises(Malformed):
        Reader().read(msgpack.packb(BROKEN[name]))


def test_a_view_beyond_its_array_is_malformed():
    beyond = msgpack.ExtType(4, msgpack.packb([0, 0, "<f8", [1000], [8]]))
    with pytest.raises(Malformed):
        Reader((np.zeros(3),)).read(msgpack.packb(beyond))


def test_deep_nesting_is_malformed():
    value = msgpack.packb(0)
    for _ in range(100):
        value = msgpack.packb(msgpack.ExtType(6, value))
    with pytest.raises(Malformed):
        Reader().read(value)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_malformed(data):
    try:
        Reader((np.zeros(4),)).read(data)
    except Malformed:
        pass


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_does_worse_than_malformed(data):
    value = {"a": np.arange(4.0), "b": (1, [2.0, "x"], {3}), "c": np.float32(2), "d": ...}
    sound = bytearray(Writer().write(value))
    for _ in range(data.draw(st.integers(1, 4))):
        sound[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    try:
        Reader((np.zeros(4),)).read(bytes(sound))
    except Malformed:
        pass


def test_more_items_than_memory_would_hold_are_malformed():
    many = msgpack.packb([[[]] * 1000] * 1200)
    with pytest.raises(Malformed, match="items"):
        Reader().read(many)


def test_a_view_has_no_more_numbers_than_its_array():
    given = np.zeros(4)
    spread = np.broadcast_to(given, (1000, 4))
    assert Reader((given,)).read(Writer((given,)).write(spread)).shape == (1000, 4)
    endless = msgpack.ExtType(4, msgpack.packb([0, 0, "<f8", [10**9], [0]]))
    with pytest.raises(Malformed):
        Reader((given,)).read(msgpack.packb(endless))
