"""Spectra of products against cases whose answer is known without rounding."""

import inspect
import math
from functools import reduce

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    condition_number,
    gaussian_layers,
    graded_svd,
    growth_rate,
    log10_singular_spectrum,
    log_norm_slope,
    power_norms,
    product,
    singular_spectrum,
    spectral_radius,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def orthogonal_layers(n: int, depth: int, rng: np.random.Generator) -> list[np.ndarray]:
    return [np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(depth)]


def rectangles(rng: np.random.Generator, *sizes: int) -> list[np.ndarray]:
    return [rng.normal(size=shape) for shape in zip(sizes[1:], sizes[:-1], strict=True)]


def test_the_first_layer_stands_on_the_right(rng: np.random.Generator) -> None:
    A, B, C = rectangles(rng, 2, 5, 3, 4)
    np.testing.assert_allclose(product([A, B, C]), C @ B @ A)


@pytest.mark.parametrize("sizes", [(6, 6), (4, 4, 4), (7, 5, 3, 6), (3, 6, 7), (1, 4, 1)], ids=str)
def test_both_spectra_agree_where_rounding_is_harmless(
    sizes: tuple[int, ...], rng: np.random.Generator
) -> None:
    Ws = rectangles(rng, *sizes)
    rank = min(sizes)
    values, logs = singular_spectrum(Ws), log10_singular_spectrum(Ws)
    assert values.shape == logs.shape == (min(sizes[0], sizes[-1]),)
    assert np.all(np.diff(values) <= 0)
    np.testing.assert_allclose(logs[:rank], np.log10(values[:rank]), atol=1e-11)
    assert np.all(logs[rank:] == -np.inf)  # directions lost in the bottleneck


def test_orthogonal_layers_keep_every_singular_value_at_one(rng: np.random.Generator) -> None:
    logs = log10_singular_spectrum(orthogonal_layers(20, 500, rng))
    np.testing.assert_allclose(logs, 0, atol=1e-12)


def test_diagonal_layers_beyond_the_range_of_floats(rng: np.random.Generator) -> None:
    exponents = np.linspace(-3, 3, 6) + rng.uniform(-0.5, 0.5, size=(200, 6))
    logs = log10_singular_spectrum([np.diag(10**row) for row in exponents])
    assert logs[0] > 500
    assert logs[-1] < -500
    np.testing.assert_allclose(logs, np.sort(exponents.sum(axis=0))[::-1], atol=1e-8)


def test_layers_whose_squares_leave_the_range_of_floats(rng: np.random.Generator) -> None:
    A, B = rectangles(rng, 4, 4, 4)
    expected = log10_singular_spectrum([A, B])
    scaled = log10_singular_spectrum([1e170 * A, 1e-170 * B])
    np.testing.assert_allclose(scaled, expected, atol=1e-11)


def test_integer_matrices_against_exact_arithmetic(rng: np.random.Generator) -> None:
    """For 2 x 2, sigma_1 sigma_2 = |det| and sigma_1^2 + sigma_2^2 is the sum of squares."""
    Ws = [W for W in rng.integers(1, 9, size=(400, 2, 2)) if W[0, 0] * W[1, 1] != W[0, 1] * W[1, 0]]
    (a, b), (c, d) = reduce(lambda total, W: W @ total, [W.astype(object) for W in Ws])
    log_largest = math.log10(a * a + b * b + c * c + d * d) / 2
    logs = log10_singular_spectrum([W.astype(float) for W in Ws])
    assert logs[0] > 300
    np.testing.assert_allclose(
        logs, (log_largest, math.log10(abs(a * d - b * c)) - log_largest), rtol=1e-12
    )


@pytest.mark.parametrize("depth", [1, 8, 300])
def test_transposing_and_inverting_a_deep_product(depth: int, rng: np.random.Generator) -> None:
    """The transpose has the same values, the inverse has their reciprocals, det their product."""
    Ws = gaussian_layers(12, depth, 1.0, rng)
    logs = log10_singular_spectrum(Ws)
    close = {"rtol": 1e-11, "atol": 1e-11}
    np.testing.assert_allclose(log10_singular_spectrum([W.T for W in Ws[::-1]]), logs, **close)
    inverses = [np.linalg.inv(W) for W in Ws[::-1]]
    np.testing.assert_allclose(-log10_singular_spectrum(inverses)[::-1], logs, **close)
    log10_det = sum(np.linalg.slogdet(W).logabsdet for W in Ws) / math.log(10)
    assert logs.sum() == pytest.approx(log10_det, rel=1e-11, abs=1e-11)


def test_growth_of_a_gaussian_product_has_the_known_lyapunov_exponents(
    rng: np.random.Generator,
) -> None:
    """Newman, "The distribution of Lyapunov exponents: exact results for random matrices", 1986."""
    n, depth = 4, 3000
    per_layer = log10_singular_spectrum(gaussian_layers(n, depth, 1.0, rng)) / depth
    degrees = torch.arange(n, 0, -1, dtype=torch.float64)
    exponents = (math.log(2 / n) + torch.special.digamma(degrees / 2).numpy()) / 2
    np.testing.assert_allclose(per_layer, exponents / math.log(10), atol=0.02)


@pytest.mark.parametrize("Ws", [[np.zeros((3, 3))], [np.eye(3), np.zeros((3, 3)), np.eye(3)]])
def test_the_zero_product_has_no_logarithm_and_no_condition(Ws: list[np.ndarray]) -> None:
    assert log10_singular_spectrum(Ws).tolist() == [-math.inf] * 3
    assert condition_number(Ws) == math.inf


def test_rotations_that_do_not_end_say_so(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr(graded_svd, "MAX_SWEEPS", 1)
    with pytest.raises(np.linalg.LinAlgError, match="some were not after 1 sweeps"):
        log10_singular_spectrum(gaussian_layers(5, 1, 1.0, rng))


@pytest.mark.parametrize("depth", [1, 3])
def test_a_layer_that_is_singular_up_to_rounding(depth: int, rng: np.random.Generator) -> None:
    """The lost directions come out as zero or as rounding noise, the kept ones are right."""
    W = np.outer(rng.normal(size=6), rng.normal(size=6))
    values, logs = singular_spectrum([W] * depth), log10_singular_spectrum([W] * depth)
    assert logs[0] == pytest.approx(np.log10(values[0]), abs=1e-12)
    assert np.all(logs[1:] < logs[0] - 14)


def test_condition_number_where_it_is_known(rng: np.random.Generator) -> None:
    assert condition_number(orthogonal_layers(200, 8, rng)) == pytest.approx(1, abs=1e-12)
    assert condition_number([np.diag([1.0, 1e-9])] * 4) == pytest.approx(1e36)
    assert condition_number([np.diag([1.0, 1e-9])] * 40) == math.inf  # 1e360
    assert condition_number([np.diag([1.0, 0.0])]) == math.inf
    W = rng.normal(size=(7, 7))
    assert condition_number([W]) == pytest.approx(np.linalg.cond(W), rel=1e-11)


@pytest.mark.parametrize(
    ("depth", "figure", "median"), [(1, 656, 850), (2, 5e4, 4.5e4), (8, 2e13, 8.8e13)]
)
def test_condition_of_gaussian_products_of_width_200(
    depth: int, figure: float, median: float
) -> None:
    """The figure of one draw lies in the middle half of 21 draws, whose median is known."""
    spectra = [
        singular_spectrum(gaussian_layers(200, depth, 1.0, np.random.default_rng(seed)))
        for seed in range(21)
    ]
    low, middle, high = np.quantile([s[0] / s[-1] for s in spectra], [0.25, 0.5, 0.75])
    assert low < figure < high
    assert middle == pytest.approx(median, rel=0.02)


def test_condition_number_of_a_wide_gaussian_product_is_the_plain_one() -> None:
    Ws = gaussian_layers(200, 8, 1.0, np.random.default_rng(0))
    values = singular_spectrum(Ws)
    assert condition_number(Ws) == pytest.approx(values[0] / values[-1], rel=0.01)


def test_gaussian_layers_have_the_stated_variance(rng: np.random.Generator) -> None:
    Ws = gaussian_layers(100, 3, 2.0, rng)
    assert [W.shape for W in Ws] == [(100, 100)] * 3
    assert np.var(Ws) == pytest.approx(4 / 100, rel=0.02)
    assert np.mean(Ws) == pytest.approx(0, abs=0.005)


def test_norm_slope_of_scaled_orthogonal_layers_is_the_scale(rng: np.random.Generator) -> None:
    Ws = [0.1 * Q for Q in orthogonal_layers(5, 400, rng)]  # 1e-400 in all
    assert log_norm_slope(Ws, rng.normal(size=5)) == pytest.approx(-1, abs=1e-12)


@pytest.mark.parametrize("sizes", [(2, 5, 3), (3, 3, 3)], ids=str)
def test_norm_slope_goes_from_the_output_to_the_input(
    sizes: tuple[int, ...], rng: np.random.Generator
) -> None:
    Ws, g = rectangles(rng, *sizes), np.array([1.0, -2.0, 0.5])
    pushed = np.linalg.norm(product(Ws).T @ g) / np.linalg.norm(g)
    assert log_norm_slope(Ws, g) == pytest.approx(math.log10(pushed) / 2)


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.3])
def test_norm_slope_of_gaussian_layers(scale: float, rng: np.random.Generator) -> None:
    """|W^T u|^2 n / scale^2 is chi-squared with n degrees, whose mean logarithm is known."""
    n = 40
    correction = math.log(2 / n) + torch.special.digamma(torch.tensor(n / 2)).item()
    predicted = math.log10(scale) + correction / 2 / math.log(10)
    slope = log_norm_slope(gaussian_layers(n, 1000, scale, rng), rng.normal(size=n))
    assert slope == pytest.approx(predicted, abs=0.006)


def test_norm_slope_of_a_lost_vector() -> None:
    assert log_norm_slope([np.diag([1.0, 0.0])], np.array([0.0, 1.0])) == -math.inf


def test_growth_rate_is_the_spectral_radius(rng: np.random.Generator) -> None:
    for n in (1, 2, 5, 30):
        W = rng.normal(size=(n, n))
        assert growth_rate(W) == pytest.approx(spectral_radius(W), rel=1e-9)
    rotation = 0.9 * np.array([[0.0, -1.0], [1.0, 0.0]])  # complex eigenvalues
    assert growth_rate(rotation) == pytest.approx(0.9) == spectral_radius(rotation)


def test_growth_rate_of_a_nilpotent_matrix_is_zero() -> None:
    assert growth_rate(np.diag([5.0, 5.0], k=1)) == 0


def test_growth_rate_is_where_the_norms_of_powers_go() -> None:
    W = np.array([[0.9, 10.0], [0.0, 0.8]])
    norms = power_norms(W, 600)
    assert growth_rate(W) == pytest.approx(0.9)
    assert norms[600] / norms[599] == pytest.approx(0.9)
    assert norms[:3].tolist() == sorted(norms[:3])  # it grows first
    assert norms.max() > 26 > 1e-20 > norms[-1]


def test_power_norms_agree_with_the_powers(rng: np.random.Generator) -> None:
    W = rng.normal(size=(4, 4))
    truth = [np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(7)]
    np.testing.assert_allclose(power_norms(W, 6), truth)
    np.testing.assert_allclose(power_norms(W, 0), [1])


TALL, SQUARE = np.ones((3, 2)), np.eye(2)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (product, ([],), "at least one matrix is needed: got none"),
        (product, ([TALL, TALL],), r"layer 2 must take the 3 outputs of layer 1: got shape"),
        (singular_spectrum, ([TALL, TALL],), "layer 2 must take the 3 outputs"),
        (log10_singular_spectrum, ([SQUARE, SQUARE, TALL.T],), "layer 3 must take the 2 outputs"),
        (log10_singular_spectrum, ([np.full((2, 2), np.nan)],), "finite numbers only"),
        (condition_number, ([np.full((2, 2), np.inf)],), "finite numbers only"),
        (log_norm_slope, ([TALL], np.ones(2)), r"got shape \(2,\)"),
        (log_norm_slope, ([TALL], np.zeros(3)), "norm 0"),
        (spectral_radius, (TALL,), r"must be square .* got shape \(3, 2\)"),
        (growth_rate, (TALL,), r"must be square .* got shape \(3, 2\)"),
        (power_norms, (TALL, 3), r"must be square .* got shape \(3, 2\)"),
        (power_norms, (SQUARE, -1), "depth must be 0 or more: got -1"),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)  # as in a notebook, without the shape check
