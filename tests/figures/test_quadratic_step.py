"""Descent on a quadratic against its closed form and torch's optimiser."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.quadratic_step import STEPS, path

FIGURE = scenes.figure("quadratic_step")


@pytest.mark.parametrize(("lr", "steep"), [(0.05, 4.0), (0.25, 7.0), (0.6, 16.0)])
def test_the_distances_are_powers_of_the_factors(lr, steep):
    data = FIGURE.scene(lr=lr, steep=steep).data
    for name, curvature in (("flat_size", 1.0), ("steep_size", steep)):
        exact = np.arange(STEPS + 1) * np.log10(max(abs(1 - lr * curvature), 1e-17))
        np.testing.assert_allclose(np.maximum(data[name], -12), np.maximum(exact, -12), atol=1e-3)


def test_the_path_is_torchs():
    p = torch.ones(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=0.4)
    for place in path(0.4, np.diag([1.0, 4.0])):
        np.testing.assert_allclose(place, p.detach().numpy(), rtol=1e-9)
        optimizer.zero_grad()
        ((p[0] ** 2 + 4 * p[1] ** 2) / 2).backward()
        optimizer.step()


def test_the_title_tells_the_three_cases_apart():
    assert FIGURE.scene(lr=0.495).title.endswith("it converges")
    assert FIGURE.scene(lr=0.5).title.endswith("it jumps from side to side for ever")
    assert FIGURE.scene(lr=0.505).title.endswith("it explodes")


def test_both_directions_are_equally_fast_at_the_best_rate():
    data = FIGURE.scene(lr=0.25, steep=7.0).data
    assert data["slower"] == pytest.approx(0.75) and data["limit"] == pytest.approx(2 / 7)
    factors = np.maximum(data["flat_factor"], data["steep_factor"])
    assert data["rates"][factors.argmin()] == pytest.approx(0.25, abs=1e-9)
