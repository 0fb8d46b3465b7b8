"""Clipping against torch.nn.utils, in float64."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vegrad_course.reference import clip_by_value, clip_global_norm, global_norm

SHAPES = [(3, 4), (4,), (2, 3, 2), (1,)]


def gradients(seed: int, size: float) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [np.asarray(size * rng.normal(size=shape)) for shape in SHAPES]


def parameters(grads: list[np.ndarray]) -> list[torch.Tensor]:
    tensors = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for tensor, g in zip(tensors, grads, strict=True):
        tensor.grad = torch.from_numpy(g.copy())
    return tensors


@given(st.integers(0, 99), st.floats(1, 100), st.floats(0.01, 1000))
@settings(max_examples=40, deadline=None)
def test_the_global_norm_is_clipped_as_torch_does(seed: int, size: float, limit: float) -> None:
    grads = gradients(seed, size)
    theirs = parameters(grads)
    norm = torch.nn.utils.clip_grad_norm_(theirs, limit)
    assert global_norm(grads) == pytest.approx(norm.item(), rel=1e-12)
    ours = clip_global_norm(grads, limit)
    for g, p in zip(ours, theirs, strict=True):  # torch adds 1e-6 to the norm
        np.testing.assert_allclose(g, p.grad, rtol=3e-6)
    assert global_norm(ours) <= limit * (1 + 1e-12) or global_norm(grads) <= limit


@given(st.integers(0, 99), st.floats(0.01, 10))
@settings(max_examples=20, deadline=None)
def test_values_are_clipped_as_torch_does(seed: int, limit: float) -> None:
    grads = gradients(seed, 3.0)
    theirs = parameters(grads)
    torch.nn.utils.clip_grad_value_(theirs, limit)
    for g, p in zip(grads, theirs, strict=True):
        np.testing.assert_array_equal(clip_by_value(g, limit), p.grad)


def test_a_small_gradient_and_a_zero_one_stay_as_they_are() -> None:
    grads = gradients(0, 0.01)
    for before, after in zip(grads, clip_global_norm(grads, 1.0), strict=True):
        np.testing.assert_array_equal(before, after)
    assert clip_global_norm([np.zeros(3)], 1.0)[0].tolist() == [0, 0, 0]


def test_a_nan_is_refused_by_norm_as_torch_can_and_kept_by_value() -> None:
    for bad in (np.nan, np.inf):
        grads = [np.ones(2), np.array([1.0, bad])]
        with pytest.raises(RuntimeError):
            torch.nn.utils.clip_grad_norm_(parameters(grads), 1.0, error_if_nonfinite=True)
        with pytest.raises(ValueError, match=f"must be finite to be clipped: got {bad}"):
            clip_global_norm(grads, 1.0)
    assert np.isnan(clip_by_value(np.array([np.nan]), 1.0)).all()


def test_float32_stays_float32() -> None:
    grads = [g.astype(np.float32) for g in gradients(0, 10.0)]
    assert {g.dtype for g in clip_global_norm(grads, 1.0)} == {np.dtype(np.float32)}
    assert clip_by_value(grads[0], 1.0).dtype == np.float32


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (clip_global_norm, ([], 1.0), "at least one array: got none"),
        (clip_global_norm, ([np.ones(2)], 0.0), "max_norm must be positive: got 0.0"),
        (clip_global_norm, ([np.ones(2)], float("nan")), "max_norm must be positive: got nan"),
        (clip_by_value, (np.ones(2), -1.0), "limit must be positive: got -1.0"),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)
