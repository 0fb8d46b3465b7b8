"""Dead units, counted one by one, and against the chance that all examples stay below zero."""

from statistics import NormalDist

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.dead_units import BATCH, EXAMPLES, LEAKS, UNITS, sums

FIGURE = scenes.figure("dead_units")


@pytest.mark.parametrize("b", [-4.0, -3.2, -2.0, 0.0])
def test_the_shares_are_those_of_plain_counting(b):
    data = FIGURE.compute(b=b, activation="ReLU")
    alive = torch.relu(torch.tensor(sums()) + b) > 0
    assert data["off"] == pytest.approx(float((~alive).double().mean()))
    assert data["dead"] == pytest.approx(float((~alive.any(0)).double().mean()))
    assert data["on_batch"] == pytest.approx(float((~alive[:BATCH].any(0)).double().mean()))
    here = np.argmin(abs(data["biases"] - b))
    assert [data[name][here] for name in ("zeros", "batch", "data")] == pytest.approx(
        [data["off"], data["on_batch"], data["dead"]], abs=0.01
    )


@pytest.mark.parametrize("curve, examples", [("zeros", 1), ("batch", BATCH), ("data", EXAMPLES)])
def test_a_unit_is_dead_with_the_chance_that_no_example_lifts_it(curve, examples):
    data = FIGURE.compute(b=-1.0, activation="ReLU")
    chance = [NormalDist().cdf(-b) ** examples for b in data["biases"]]
    np.testing.assert_allclose(data[curve], chance, atol=0.12)
    assert abs(np.mean(data[curve] - chance)) < 0.02


@pytest.mark.parametrize("activation", LEAKS)
def test_slopes_are_those_of_autograd(activation):
    z = (torch.tensor(sums()) - 3.0).requires_grad_()
    torch.nn.functional.leaky_relu(z, LEAKS[activation]).sum().backward()
    data = FIGURE.compute(b=-3.0, activation=activation)
    np.testing.assert_allclose(data["slopes"], np.sort(z.grad.mean(0).numpy()), atol=1e-12)


def test_a_leak_brings_every_unit_back():
    for activation, a in LEAKS.items():
        data = FIGURE.compute(b=-5.0, activation=activation)
        assert data["lost"] == (UNITS if a == 0 else 0)
        assert data["slopes"][0] == pytest.approx(a)
    assert "200 of 200" in FIGURE.compute(b=-5.0, activation="ReLU")["finding"]
