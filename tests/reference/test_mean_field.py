"""Mean-field predictions against closed forms, dense sums and wide random networks."""

import inspect
import math

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    activation,
    chi,
    critical_weight_variance,
    depth_scale,
    fixed_point,
    gaussian_mean,
    predicted_log_slope,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
    variance_map,
)


@pytest.mark.parametrize("q", [0.0, 0.3, 1.0, 2.5])
def test_means_with_a_closed_form(q: float) -> None:
    assert gaussian_mean(np.exp, q) == pytest.approx(math.exp(q / 2), rel=1e-12)
    assert gaussian_mean(np.cos, q) == pytest.approx(math.exp(-q / 2), rel=1e-12)
    assert gaussian_mean(lambda z: z**4, q) == pytest.approx(3 * q**2, rel=1e-12)
    assert gaussian_mean(lambda z: relu(z) ** 2, q) == pytest.approx(q / 2, rel=1e-12)


def test_an_array_of_variances_gives_an_array() -> None:
    q = np.array([[0.5, 1.0, 2.0]])
    np.testing.assert_allclose(gaussian_mean(np.exp, q), np.exp(q / 2))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("q", [0.05, 1.0, 8.0])
def test_variance_map_and_chi_against_torch_on_a_dense_grid(name: str, q: float) -> None:
    z = torch.linspace(-10, 10, 200_001, dtype=torch.float64)
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    u = (math.sqrt(q) * z).requires_grad_()
    values = getattr(torch, name)(u)
    (slopes,) = torch.autograd.grad(values.sum(), u)
    entry = activation(name)
    by_grid = 1.3 * torch.trapezoid(values.detach() ** 2 * density, z).item() + 0.2
    error = 1e-8 if q <= 1 else 1e-4
    assert variance_map(q, 1.3, 0.2, entry.value) == pytest.approx(by_grid, rel=error)
    by_grid = 1.3 * torch.trapezoid(slopes**2 * density, z).item()
    assert chi(q, 1.3, entry.derivative) == pytest.approx(by_grid, rel=1e-4 if q <= 1 else 5e-3)


@pytest.mark.parametrize("sigma_w2", [0.3, 1.0, 1.761, 3.0, 10.0])
def test_the_fixed_point_is_where_the_iteration_ends(sigma_w2: float) -> None:
    q = 1.0
    for _ in range(3000):
        q = variance_map(q, sigma_w2, 0.05, tanh)
    assert fixed_point(sigma_w2, 0.05, tanh) == pytest.approx(q, rel=1e-9)


def test_variances_that_die_and_that_never_settle() -> None:
    assert fixed_point(0.9, 0.0, tanh) == 0.0
    assert fixed_point(1.0, 0.0, tanh) < 1e-6
    assert fixed_point(1.8, 0.1, relu) == pytest.approx(0.1 / (1 - 0.9))
    assert fixed_point(2.1, 0.0, relu) == fixed_point(2.0, 0.1, relu) == math.inf


def test_slopes_and_edge_of_the_published_setting() -> None:
    slopes = {0.5: -0.4197, 1.0: -0.1379, 1.39: -0.0482, 1.761: 0.0, 2.5: 0.0627}
    for sigma_w2, expected in slopes.items():
        found = predicted_log_slope(sigma_w2, 0.05, tanh, tanh_grad) * math.log(10)
        assert found == pytest.approx(expected, abs=6e-5)
    found = predicted_log_slope(4.0, 0.0, sigmoid, sigmoid_grad) * math.log(10)
    assert found == pytest.approx(-0.8813, abs=6e-5)
    assert critical_weight_variance(0.05, tanh, tanh_grad) == pytest.approx(1.761, abs=5e-4)


def test_known_edges() -> None:
    assert critical_weight_variance(0.0, tanh, tanh_grad) == pytest.approx(1.0, abs=1e-4)
    assert critical_weight_variance(0.0, relu, relu_grad) == pytest.approx(2.0)
    with pytest.raises(ValueError, match="chi must cross 1"):
        critical_weight_variance(0.05, sigmoid, sigmoid_grad)


def test_relu_has_the_same_slope_whatever_becomes_of_the_variance() -> None:
    for sigma_w2 in (0.5, 1.0, 3.0):  # q* is 0, 0 and infinite
        found = predicted_log_slope(sigma_w2, 0.0, relu, relu_grad)
        assert found == pytest.approx(0.5 * math.log10(sigma_w2 / 2))


def test_depth_scale_is_the_number_of_layers_to_a_factor_of_e() -> None:
    assert 0.8 ** depth_scale(0.8) == pytest.approx(1 / math.e)
    assert 1.25 ** depth_scale(1.25) == pytest.approx(math.e)
    assert depth_scale(1.0) == math.inf


@pytest.mark.parametrize("sigma_w2", [1.0, 2.5])
def test_a_wide_network_follows_the_map_and_the_slope(sigma_w2: float) -> None:
    torch.manual_seed(0)
    n, depth = 600, 30
    a = torch.randn(n, dtype=torch.float64, requires_grad=True)
    activations, variances = [a], []
    for _ in range(depth):
        W = torch.randn(n, n, dtype=torch.float64) * math.sqrt(sigma_w2 / n)
        b = torch.randn(n, dtype=torch.float64) * math.sqrt(0.05)
        z = W @ activations[-1] + b
        variances.append(z.var().item())
        activations.append(torch.tanh(z))
    g = torch.randn(n, dtype=torch.float64)
    gradients = torch.autograd.grad(activations[-1] @ g, activations)
    norms = [math.log10(torch.linalg.norm(gradient)) for gradient in reversed(gradients)]
    slope = np.polyfit(np.arange(21), norms[:21], 1)[0]
    assert np.mean(variances[10:]) == pytest.approx(fixed_point(sigma_w2, 0.05, tanh), rel=0.05)
    expected = predicted_log_slope(sigma_w2, 0.05, tanh, tanh_grad)
    assert slope == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (variance_map, (1.0, 0.0, 0.1, tanh), "got sigma_w2 0.0 and sigma_b2 0.1"),
        (variance_map, (1.0, 1.0, -0.1, tanh), "got sigma_w2 1.0 and sigma_b2 -0.1"),
        (variance_map, (-1.0, 1.0, 0.1, tanh), "q must be zero or more: got -1.0"),
        (fixed_point, (math.nan, 0.1, tanh), "got sigma_w2 nan"),
        (chi, (1.0, -1.0, tanh_grad), "got sigma_w2 -1.0"),
        (depth_scale, (0.0,), "chi must be positive: got 0.0"),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)
