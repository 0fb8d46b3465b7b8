"""Gains against torch's own table, torch's functions on a fine grid, and plain counting."""

import math

import numpy as np
import pytest
import torch

from vegrad_course.reference import ACTIVATIONS, activation
from vegrad_course.reference.gains import dead_units, gain_for, leaky_gain, leaky_moments

# An even number of points: 0, where kinks and jumps are, lies half way between two of them.
Z = torch.linspace(-10, 10, 20_000, dtype=torch.float64)
SLOPES = (-0.5, 0.0, 0.01, 0.1, 0.25, 1.0, 3.0)


def mean(values: torch.Tensor) -> float:
    """E[values] for a standard normal Z, by the trapezoid rule on the grid."""
    density = torch.exp(torch.distributions.Normal(0.0, 1.0).log_prob(Z))
    return float(torch.trapezoid(values * density, Z))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_with_its_gain_every_activation_keeps_a_second_moment_of_one(name: str) -> None:
    function = getattr(torch, name, None) or getattr(torch.nn.functional, name)
    kept = gain_for(activation(name).value) ** 2 * mean(function(Z) ** 2)
    assert kept == pytest.approx(1, abs=3e-4)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "silu"])
def test_given_the_derivative_it_keeps_the_gradient(name: str) -> None:
    function = getattr(torch, name, None) or getattr(torch.nn.functional, name)
    z = Z.clone().requires_grad_()
    (slope,) = torch.autograd.grad(function(z).sum(), z)
    assert gain_for(activation(name).derivative) ** 2 * mean(slope**2) == pytest.approx(1, abs=3e-4)


@pytest.mark.parametrize("a", SLOPES)
def test_leaky_gain_is_the_one_of_torch(a: float) -> None:
    assert leaky_gain(a) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", a), rel=1e-12)


def test_relu_is_the_leaky_relu_that_leaks_nothing() -> None:
    assert leaky_gain(0.0) == math.sqrt(2)
    assert gain_for(activation("relu").value) == pytest.approx(math.sqrt(2), rel=1e-12)


@pytest.mark.parametrize("a", SLOPES)
def test_leaky_moments_against_the_grid(a: float) -> None:
    values = torch.nn.functional.leaky_relu(Z, a)
    found = mean(values)
    expected = (found, mean((values - found) ** 2))
    assert leaky_moments(a) == pytest.approx(expected, abs=1e-6)


def test_the_numbers_of_the_claim_on_trial() -> None:
    average, variance = leaky_moments(0.1)
    assert (round(average, 3), round(variance, 3)) == (0.359, 0.376)
    assert variance + average**2 == pytest.approx((1 + 0.1**2) / 2)


def test_selu_needs_no_gain_and_elu_does() -> None:
    assert gain_for(activation("selu").value) == pytest.approx(1, abs=1e-3)
    assert gain_for(activation("elu").value) > 1.2


def test_a_unit_is_dead_only_if_it_is_zero_on_all_the_data() -> None:
    rng = np.random.default_rng(0)
    acts = rng.uniform(0, 1, (90, 5)) * (rng.random((90, 5)) < 0.5)
    acts[:, 1] = 0
    acts[:, 3] = 0
    acts[77, 3] = 1e-300
    batches = [acts[:40], acts[40:80], acts[80:]]
    expected = [bool(torch.count_nonzero(torch.tensor(acts[:, j])) == 0) for j in range(5)]
    assert expected == [False, True, False, False, False]
    assert dead_units(batches).tolist() == dead_units([acts]).tolist() == expected
    assert dead_units(batches[:1])[3], "on one batch alone the living unit looks dead"


@pytest.mark.parametrize("a", [math.nan, math.inf])
def test_a_slope_that_is_no_number_is_refused(a: float) -> None:
    for function in (leaky_gain, leaky_moments):
        with pytest.raises(ValueError, match="must be finite: got"):
            function(a)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"positive and finite: got 0\.0"):
        gain_for(np.zeros_like)
    for empty in ([], [np.ones((2, 3)), np.ones((0, 3))]):
        with pytest.raises(ValueError, match="needs examples in every batch"):
            dead_units(empty)
    with pytest.raises(ValueError, match="got a negative number"):
        dead_units([np.array([[1.0, -0.1]])])
