"""The cliff and the two walkers, against automatic differentiation and torch's own clipping."""

import time

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.loss_cliff import BIAS, LANDSCAPES, LAYERS, TARGET, compute, walk

FIGURE = scenes.figure("loss_cliff")


def torch_loss(landscape, w):
    if landscape == "x^4":
        return w**4
    a = torch.tensor(0.9, dtype=torch.float64)
    for _ in range(LAYERS):
        a = torch.sigmoid(w * a + BIAS)
    return (a - TARGET) ** 2


def torch_walk(landscape, lr, limit, steps):
    w = torch.tensor(LANDSCAPES[landscape][1], dtype=torch.float64, requires_grad=True)
    optimizer, places = torch.optim.SGD([w], lr=lr), []
    for _ in range(steps):
        places.append(w.item())
        optimizer.zero_grad()
        torch_loss(landscape, w).backward()
        torch.nn.utils.clip_grad_norm_([w], limit)
        optimizer.step()
    return places


@pytest.mark.parametrize("landscape", LANDSCAPES)
@pytest.mark.parametrize("place", [-2.0, 3.0, 4.5, 4.9, 6.0])
def test_loss_and_slope_are_those_of_automatic_differentiation(landscape, place):
    w = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    value = torch_loss(landscape, w)
    value.backward()
    loss, slope = LANDSCAPES[landscape][0](place)
    assert loss == pytest.approx(value.item(), rel=1e-9)
    assert slope == pytest.approx(w.grad.item(), rel=1e-7)


@pytest.mark.parametrize(("landscape", "lr"), [("chain", 3.0), ("x^4", 0.06)])
@pytest.mark.parametrize("limit", [0.05, 2.0])
def test_the_clipped_walker_goes_as_torch_goes(landscape, lr, limit):
    theirs = torch_walk(landscape, lr, limit, 25)
    np.testing.assert_allclose(walk(landscape, lr, limit)[0][:25], theirs, rtol=1e-4)


def test_the_cliff_throws_the_plain_walker_away_and_the_clipped_one_stays():
    assert FIGURE.scene(step=25).title.startswith("Step 25: plain descent is at 4.76")
    assert FIGURE.scene(step=26).title.startswith("Step 26: plain descent is at 66.")
    clipped = walk("chain", 3.0, 0.05)[0]
    assert np.abs(np.diff(clipped)).max() <= 3.0 * 0.05 + 1e-12
    assert 4.7 < clipped[20:].min() and clipped[20:].max() < 5.0


def test_on_the_quartic_the_limit_of_plain_descent_is_1_over_2_x_squared():
    for lr, lost in ((0.055, False), (0.0562, True)):
        assert ("plain descent is lost" in FIGURE.scene(
            landscape="x^4", lr=lr, step=40).title) == lost  # fmt: skip


def test_it_answers_fast():
    start = time.perf_counter()
    for i in range(5):
        compute("chain", 2.0 + 0.01 * i, 0.07, 40)
    assert (time.perf_counter() - start) / 5 < 0.3
