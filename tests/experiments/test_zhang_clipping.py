"""Steps on x^4, and a verdict that follows them."""

import math

import pytest
import torch

from vegrad_course.experiments.model import Row
from vegrad_course.experiments.zhang_clipping import conclude, steps_to_flat


@pytest.mark.parametrize(("lr", "limit"), [(0.01, math.inf), (0.3, 1.0)])
def test_the_steps_are_those_of_torch(lr, limit):
    x = torch.tensor(2.5, dtype=torch.float64, requires_grad=True)
    optimizer, steps = torch.optim.SGD([x], lr=lr), 0
    while True:
        optimizer.zero_grad()
        (x**4).backward()
        if abs(x.grad.item()) <= 1e-2:
            break
        torch.nn.utils.clip_grad_norm_([x], limit)
        optimizer.step()
        steps += 1
    assert steps_to_flat(2.5, lr, limit, 1e-2, 10_000) == steps


def test_a_lost_walk_takes_for_ever():
    assert steps_to_flat(3.0, 0.06, math.inf, 1e-4, 1000) == math.inf
    assert steps_to_flat(3.0, 0.001, math.inf, 1e-4, 10) == math.inf


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ((10.0, 12.0), (50.0, 60.0), "reproduced"),
        ((50.0, 60.0), (10.0, 12.0), "partly"),
        ((0.5, 12.0), (50.0, 60.0), "not reproduced"),
        ((10.0, math.inf), (50.0, 60.0), "not reproduced"),
    ],
)
def test_the_verdict_follows_the_numbers(first, second, outcome):
    rows = [Row("plain, reach 1", (9.0, 9.0)), Row("ratio, reach 1", first)]
    rows += [Row("plain, reach 2", (9.0, 9.0)), Row("ratio, reach 2", second)]
    assert conclude({row.label: row for row in rows})[0] == outcome
