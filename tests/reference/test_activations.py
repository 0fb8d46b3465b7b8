"""One table of activations drives every test here; torch autograd in float64 is the oracle."""

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from vegrad_course.reference import ACTIVATIONS, Activation, activation, rectifiers

# torch's softplus turns into a straight line at z = 20, an error of 2e-9; logaddexp does not.
ORACLES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
}
SELU_LIMIT, SELU_SCALE = -1.7580993408473766, 1.0507009873554805
# (value, derivative) at z = -1e4 and at z = +1e4
TAILS = {
    "sigmoid": ((0, 0), (1, 0)),
    "tanh": ((-1, 0), (1, 0)),
    "relu": ((0, 0), (1e4, 1)),
    "leaky_relu": ((-100, 0.01), (1e4, 1)),
    "elu": ((-1, 0), (1e4, 1)),
    "selu": ((SELU_LIMIT, 0), (SELU_SCALE * 1e4, SELU_SCALE)),
    "gelu": ((0, 0), (1e4, 1)),
    "silu": ((0, 0), (1e4, 1)),
    "softplus": ((0, 0), (1e4, 1)),
}
REGIONS = {"centre": (-1, 1), "left": (-12, -3), "right": (3, 12), "far": (-1e4, 1e4)}

every_activation = pytest.mark.parametrize("entry", ACTIVATIONS.values(), ids=lambda a: a.name)
every_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@pytest.fixture(autouse=True)
def numpy_warnings_are_errors():
    """An underflow to zero is the right answer in a tail and no warning in numpy by default."""
    with np.errstate(all="raise", under="ignore"):
        yield


def value_and_slope(name: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    leaf = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    value = ORACLES[name](leaf)
    (slope,) = torch.autograd.grad(value.sum(), leaf)
    return value.detach().numpy(), slope.numpy()


def test_the_tables_name_the_same_activations() -> None:
    assert list(ORACLES) == list(TAILS) == list(ACTIVATIONS)
    assert all(name == entry.name for name, entry in ACTIVATIONS.items())


@every_activation
@every_dtype
@pytest.mark.parametrize("shape", [(), (7,), (2, 3), (0,)], ids=str)
@pytest.mark.parametrize("region", REGIONS)
def test_value_and_derivative_agree_with_autograd(
    entry: Activation, dtype: type, shape: tuple[int, ...], region: str
) -> None:
    z = np.asarray(np.random.default_rng(0).uniform(*REGIONS[region], size=shape), dtype=dtype)
    eps = np.finfo(dtype).eps
    for ours, truth in zip(
        (entry.value(z), entry.derivative(z)), value_and_slope(entry.name, z), strict=True
    ):
        assert ours.dtype == dtype
        assert ours.shape == shape
        assert not np.shares_memory(ours, z)
        np.testing.assert_allclose(ours, truth, rtol=8 * eps, atol=8 * eps)


@every_activation
@every_dtype
def test_both_tails(entry: Activation, dtype: type) -> None:
    for z, (value, slope) in zip((-1e4, 1e4), TAILS[entry.name], strict=True):
        rtol = 2 * np.finfo(dtype).eps
        np.testing.assert_allclose(entry.value(dtype(z)), value, rtol=rtol)
        np.testing.assert_allclose(entry.derivative(dtype(z)), slope, rtol=rtol)


E40 = math.exp(-40)
NORMAL_TAIL = torch.special.log_ndtr(torch.tensor(-10.0, dtype=torch.float64)).exp().item()
NORMAL_SLOPE = 10 * math.exp(-50) / math.sqrt(2 * math.pi)


@every_dtype
@pytest.mark.parametrize(
    ("name", "z", "slope"),
    [
        ("sigmoid", 40, E40),
        ("sigmoid", -40, E40),
        ("tanh", 20, 4 * E40),
        ("tanh", -20, 4 * E40),
        ("elu", -40, E40),
        ("selu", -40, -SELU_LIMIT * E40),
        ("gelu", -10, NORMAL_TAIL - NORMAL_SLOPE),
        ("silu", -40, -39 * E40),
        ("softplus", -40, E40),
    ],
)
def test_small_derivatives_keep_their_relative_accuracy(
    dtype: type, name: str, z: float, slope: float
) -> None:
    ours = activation(name).derivative(dtype(z))
    np.testing.assert_allclose(ours, slope, rtol=100 * np.finfo(dtype).eps)


@every_activation
def test_python_scalars_and_integers_count_as_float64(entry: Activation) -> None:
    for function in (entry.value, entry.derivative):
        assert isinstance(function(2), np.float64)
        assert function(2) == function(2.0) == function(np.array([2]))[0]
        assert function(np.array([2])).dtype == np.float64


@every_activation
def test_at_zero_the_derivative_is_the_one_of_torch(entry: Activation) -> None:
    zero = np.zeros(1)
    np.testing.assert_allclose(entry.derivative(zero), value_and_slope(entry.name, zero)[1])


def test_parameters_of_leaky_relu_and_elu() -> None:
    z = np.array([-2.0, 0.0, 3.0])
    for ours, slope, oracle in [
        (rectifiers.leaky_relu(z, 0.3), rectifiers.leaky_relu_grad(z, 0.3), F.leaky_relu),
        (rectifiers.elu(z, 0.3), rectifiers.elu_grad(z, 0.3), F.elu),
    ]:
        leaf = torch.tensor(z, requires_grad=True)
        value = oracle(leaf, 0.3)
        value.sum().backward()
        np.testing.assert_allclose(ours, value.detach())
        np.testing.assert_allclose(slope, leaf.grad)


class Wrapped(torch.autograd.Function):
    """A numpy activation with its own derivative, as torch sees it."""

    @staticmethod
    def forward(ctx, z: torch.Tensor, entry: Activation) -> torch.Tensor:
        ctx.save_for_backward(z)
        ctx.entry = entry
        return torch.from_numpy(entry.value(z.detach().numpy()))

    @staticmethod
    def backward(ctx, g: torch.Tensor) -> tuple[torch.Tensor, None]:
        (z,) = ctx.saved_tensors
        return g * torch.from_numpy(ctx.entry.derivative(z.numpy())), None


@every_activation
def test_gradcheck(entry: Activation) -> None:
    z = torch.tensor([-6.1, -2.3, -0.4, 0.3, 1.7, 5.2], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda leaf: Wrapped.apply(leaf, entry), (z,))


@every_activation
def test_domain_holds_all_but_the_last_percent_of_the_derivative(entry: Activation) -> None:
    z = np.linspace(-60, 60, 240_001)
    size = np.abs(entry.derivative(z))
    alive = z[size >= 0.01 * size.max() * (1 - 1e-9)]
    ends = np.clip(entry.domain, -60, 60)
    np.testing.assert_allclose((alive[0], alive[-1]), ends, atol=1e-3)


@every_activation
def test_the_derivative_jumps_at_the_kinks_and_nowhere_else(entry: Activation) -> None:
    z = np.linspace(-8, 8, 16_001) + 5e-4  # z = 0 lies between two points
    jumps = np.abs(np.diff(entry.derivative(z))) > 0.1
    assert z[:-1][jumps] == pytest.approx(entry.kinks, abs=1e-3)


def test_the_sides_on_which_a_unit_saturates() -> None:
    assert activation("sigmoid").saturates == activation("tanh").saturates == ("left", "right")
    assert activation("relu").saturates == activation("softplus").saturates == ("left",)
    assert activation("leaky_relu").saturates == ()


def test_entries_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        activation("relu").name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sigmod", "sigmoid, tanh, relu, .*got 'sigmod'. Did you mean 'sigmoid'?"),
        ("ReLU", "got 'ReLU'. Did you mean 'relu'?"),
        ("xyzzy", "got 'xyzzy'. Choose one of them."),
    ],
)
def test_an_unknown_name_lists_the_known_ones(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        activation(name)
