"""Initial weights against torch's own fans and statistics, and against what theory says of them."""

import inspect
import math

import numpy as np
import pytest
import torch

from vegrad_course.reference import fan_in_and_out, init_std, init_weights, orthogonal


@pytest.mark.parametrize("shape", [(5, 3), (8, 4, 3), (16, 3, 3, 5), (6, 2, 2, 3, 4)])
def test_fans_are_those_of_torch(shape: tuple[int, ...]) -> None:
    weights = torch.empty(shape)
    fans = torch.nn.init._calculate_fan_in_and_fan_out(weights)
    assert fan_in_and_out(shape) == fans


TORCH = {
    ("xavier", "normal"): torch.nn.init.xavier_normal_,
    ("xavier", "uniform"): torch.nn.init.xavier_uniform_,
    ("he", "normal"): lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
    ("he", "uniform"): lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    ("lecun", "normal"): lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
    ("lecun", "uniform"): lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="linear"),
}


@pytest.mark.parametrize(("scheme", "distribution"), TORCH)
def test_weights_are_drawn_like_those_of_torch(scheme: str, distribution: str) -> None:
    torch.manual_seed(0)
    theirs = TORCH[scheme, distribution](torch.empty(400, 250, dtype=torch.float64)).numpy()
    ours = init_weights(250, 400, scheme, distribution, np.random.default_rng(0))
    assert ours.shape == theirs.shape
    assert ours.std() == pytest.approx(theirs.std(), rel=0.01)
    assert abs(ours.mean()) < 0.02 * ours.std()
    quantiles = np.linspace(0.01, 0.99, 21)
    gap = np.quantile(ours, quantiles) - np.quantile(theirs, quantiles)
    assert np.abs(gap).max() < 0.03 * ours.std()
    if distribution == "uniform":
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)


def test_he_has_twice_the_variance_of_lecun_and_xavier_lies_between_forward_and_backward() -> None:
    assert init_std(50, 20, "he") ** 2 == pytest.approx(2 * init_std(50, 20, "lecun") ** 2)
    assert init_std(50, 20, "xavier") ** 2 == pytest.approx(1 / 35)


def test_the_same_generator_gives_other_weights_to_the_next_layer() -> None:
    rng = np.random.default_rng(0)
    first, second = (init_weights(30, 30, "he", "normal", rng) for _ in range(2))
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.15


@pytest.mark.parametrize("gain", [0.5, 1.0, math.sqrt(2)])
@pytest.mark.parametrize(("rows", "cols"), [(6, 6), (9, 4), (4, 9), (1, 5)])
def test_all_singular_values_are_the_gain(rows: int, cols: int, gain: float) -> None:
    W = orthogonal(rows, cols, gain, np.random.default_rng(0))
    assert W.shape == (rows, cols)
    np.testing.assert_allclose(np.linalg.svd(W, compute_uv=False), gain, rtol=1e-12)


def test_every_entry_is_as_often_positive_as_negative() -> None:
    rng = np.random.default_rng(0)
    share = np.mean([orthogonal(3, 3, 1.0, rng) > 0 for _ in range(2000)], axis=0)
    np.testing.assert_allclose(share, 0.5, atol=0.05)


def test_rotations_in_the_plane_have_every_angle_equally_often() -> None:
    rng = np.random.default_rng(1)
    draws = [orthogonal(2, 2, 1.0, rng) for _ in range(4000)]
    angles = np.array([math.atan2(W[1, 0], W[0, 0]) for W in draws])
    counts, _ = np.histogram(angles, bins=8, range=(-math.pi, math.pi))
    np.testing.assert_allclose(counts, 500, atol=100)
    mirrored = np.mean([np.linalg.det(W) < 0 for W in draws])
    assert mirrored == pytest.approx(0.5, abs=0.04)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (fan_in_and_out, ((5,),), r"shape must be \(n_out, n_in\) or .* got \(5,\)"),
        (fan_in_and_out, ((5, 0),), r"all 1 or more: got \(5, 0\)"),
        (init_std, (0, 3, "he"), "got fan_in 0 and fan_out 3"),
        (init_std, (3, 3, "kaiming"), "scheme must be one of xavier, he, lecun: got 'kaiming'"),
        (init_weights, (3, 3, "he", "gauss", RNG), "distribution must be one of normal, uniform"),
        (orthogonal, (0, 3, 1.0, RNG), "got fan_in 3 and fan_out 0"),
        (orthogonal, (3, 3, math.nan, RNG), "gain must be positive and finite: got nan"),
        (orthogonal, (3, 3, 0.0, RNG), "gain must be positive and finite: got 0.0"),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)
