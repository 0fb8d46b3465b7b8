"""Scalar chains against torch autograd, and where the product leaves the range of the dtype."""

import inspect
import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vegrad_course.reference import (
    activation,
    chain_forward,
    chain_gradient,
    fit_decay_rate,
    gradient_per_layer,
    log10_gradient,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)

TORCH = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
weights = st.one_of(st.just(0.0), st.floats(-3, 3, allow_subnormal=False))


def autograd(ws: np.ndarray, x: float, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Activations a_0..a_L and d a_L / d a_l for l = 0..L."""
    activations = [torch.tensor(x, dtype=torch.float64, requires_grad=True)]
    for w in ws:
        activations.append(TORCH[name](float(w) * activations[-1]))
    gradients = torch.autograd.grad(activations[-1], activations)
    return np.array([a.item() for a in activations]), np.array([g.item() for g in gradients])


@given(st.lists(weights, min_size=1, max_size=12), st.floats(-2, 2), st.sampled_from(list(TORCH)))
@settings(max_examples=60, deadline=None)
def test_every_gradient_of_a_chain_agrees_with_autograd(
    ws_list: list[float], x: float, name: str
) -> None:
    ws, entry = np.array(ws_list), activation(name)
    zs, activations = chain_forward(ws, x, entry.value)
    values, gradients = autograd(ws, x, name)
    close = {"rtol": 1e-12, "atol": 1e-14}
    np.testing.assert_allclose(activations, values, **close)
    np.testing.assert_allclose(zs, ws * values[:-1], **close)
    np.testing.assert_allclose(chain_gradient(ws, zs, entry.derivative), gradients[0], **close)
    np.testing.assert_allclose(gradient_per_layer(ws, zs, entry.derivative), gradients, **close)


def test_a_zero_weight_stops_only_the_gradient_behind_it() -> None:
    ws = np.array([1.5, 0.0, 2.0])
    zs, _ = chain_forward(ws, 0.3, tanh)
    gradients = gradient_per_layer(ws, zs, tanh_grad)
    assert gradients.tolist() == [0.0, 0.0, 2.0, 1.0]  # tanh'(0) = 1 at the last layer
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert log10_gradient(ws, zs, tanh_grad) == -math.inf


def test_float32_stays_float32() -> None:
    ws = np.array([0.5, 2.0], dtype=np.float32)
    zs, activations = chain_forward(ws, 1, sigmoid)
    assert zs.dtype == activations.dtype == np.float32
    assert chain_gradient(ws, zs, sigmoid_grad).dtype == np.float32
    assert gradient_per_layer(ws, zs, sigmoid_grad).dtype == np.float32
    assert log10_gradient(ws, zs, sigmoid_grad).dtype == np.float64


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=30), st.floats(-2, 2))
@settings(max_examples=40, deadline=None)
def test_log10_gradient_is_the_logarithm_of_the_gradient(ws_list: list[float], x: float) -> None:
    ws = -np.array(ws_list)
    zs, _ = chain_forward(ws, x, tanh)
    expected = np.log10(np.abs(chain_gradient(ws, zs, tanh_grad)))
    assert log10_gradient(ws, zs, tanh_grad) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("dtype", "depth"), [(np.float32, 100), (np.float64, 2000)])
def test_log10_gradient_is_finite_where_the_product_underflows(dtype: type, depth: int) -> None:
    ws = np.random.default_rng(0).normal(size=depth).astype(dtype)
    zs, _ = chain_forward(ws, 0.5, sigmoid)
    assert chain_gradient(ws, zs, sigmoid_grad) == 0
    blocks = zip(ws.astype(float).reshape(-1, 20), zs.astype(float).reshape(-1, 20), strict=True)
    by_blocks = sum(np.log10(abs(chain_gradient(w, z, sigmoid_grad))) for w, z in blocks)
    assert log10_gradient(ws, zs, sigmoid_grad) == pytest.approx(by_blocks, rel=1e-12)


def test_one_factor_may_underflow_too() -> None:
    ws, zs = np.array([1e-200]), np.array([-600.0])
    expected = -200 - 600 / math.log(10)
    assert log10_gradient(ws, zs, sigmoid_grad) == pytest.approx(expected)
    in_float32 = log10_gradient(np.float32([1]), np.float32([-200]), sigmoid_grad)
    assert in_float32 == pytest.approx(-200 / math.log(10))


@given(st.floats(-3, 3), st.floats(-5, 5), st.integers(3, 40), st.floats(1e-9, 1e9))
@settings(max_examples=40, deadline=None)
def test_decay_rate_is_the_slope_away_from_the_output_and_ignores_it(
    slope: float, offset: float, depth: int, output_norm: float
) -> None:
    k = np.arange(depth - 1, -1, -1)
    norms = 10 ** (offset + slope * k)
    norms[-1] = output_norm
    assert fit_decay_rate(norms) == pytest.approx(slope, abs=1e-10)


def test_decay_rate_is_a_least_squares_fit() -> None:
    norms = np.random.default_rng(0).lognormal(size=20)
    expected = np.polyfit(np.arange(19, 0, -1), np.log10(norms[:-1]), 1)[0]
    assert fit_decay_rate(norms) == pytest.approx(expected, rel=1e-12)


def test_a_vanishing_chain_has_a_negative_rate() -> None:
    ws = np.ones(30)
    zs, _ = chain_forward(ws, 0.5, sigmoid)
    assert fit_decay_rate(gradient_per_layer(ws, zs, sigmoid_grad)[1:]) < math.log10(0.25)


NONE, TWO, THREE = np.ones(0), np.ones(2), np.ones(3)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (chain_forward, (NONE, 1.0, tanh), "at least one layer is needed: got none"),
        (chain_gradient, (NONE, NONE, tanh_grad), "at least one layer is needed: got none"),
        (chain_gradient, (TWO, THREE, tanh_grad), "got 2 weights and 3 pre-activations"),
        (gradient_per_layer, (THREE, TWO, tanh_grad), "got 3 weights and 2 pre-activations"),
        (gradient_per_layer, (TWO, np.ones(1), tanh_grad), "got 2 weights and 1 pre-activations"),
        (log10_gradient, (THREE, np.ones(1), tanh_grad), "got 3 weights and 1 pre-activations"),
        (fit_decay_rate, (TWO,), "got 2 norms in all. Use a deeper network"),
        (fit_decay_rate, (NONE,), "got 0 norms in all"),
        (fit_decay_rate, (np.array([1, 0, 1.0]),), "must be positive and finite: got "),
        (fit_decay_rate, (np.array([1, -2, 1.0]),), "must be positive and finite: got "),
        (fit_decay_rate, (np.array([1, np.nan, 1.0]),), "must be positive and finite: got "),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)  # as in a notebook, without the shape check
