"""Batch norm in the experiments against torch's own, and verdicts that follow the numbers."""

import numpy as np
import pytest
import torch

from vegrad_course.errors import Refusal
from vegrad_course.experiments import batch_norm_explosion as explosion
from vegrad_course.experiments import ioffe_learning_rate as ioffe
from vegrad_course.experiments.model import Row
from vegrad_course.reference import gaussian_layers


def test_growth_is_that_of_automatic_differentiation():
    rng = np.random.default_rng(5)
    Ws = gaussian_layers(12, 6, 2.0, rng)
    x, g = rng.normal(size=(2, 10, 12))
    activations = [torch.tensor(x, requires_grad=True)]
    for W in Ws:
        h = activations[-1] @ torch.tensor(W).T
        z = torch.nn.functional.batch_norm(h, None, None, training=True)
        activations.append(torch.relu(z))
    gradients = torch.autograd.grad(activations[-1], activations, torch.tensor(g))
    first, last = (float(torch.linalg.norm(gradients[l])) for l in (1, 5))
    assert explosion.growth(12, 10, 6, 2.0, 5) == pytest.approx((first / last) ** 0.25, rel=1e-9)


def test_one_of_many_networks_computes_what_torch_modules_compute():
    sizes, seeds, R = [64, 5, 4, 10], 2, 3
    generators = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
    parts = ioffe.parameters(generators, R, sizes, norm=True)
    x = torch.randn(R * seeds, 30, 64)
    scores, statistics = ioffe.forward(x, parts, 3)
    fixed, _ = ioffe.forward(x[:, :1], parts, 3, statistics)
    one = 4
    norms = [torch.nn.BatchNorm1d(n, momentum=1.0) for n in sizes[1:-1]]
    h = x[one]
    for norm, W, shift in zip(norms, parts[:2], parts[3:5], strict=True):
        h = torch.relu(norm(h @ W[one]) + shift[one])
    torch.testing.assert_close(scores[one], h @ parts[2][one] + parts[5][one])
    torch.testing.assert_close(fixed[one], scores[one][:1])
    assert torch.equal(parts[0][0], parts[0][seeds]), "every rate starts from the same weights"
    assert not torch.equal(parts[0][0], parts[0][1]), "every seed starts from its own"


def test_the_largest_rate_is_taken_seed_by_seed():
    rates, runs = np.array([1.0, 2, 4]), np.array([[0.9, 0.2, 0.9], [0.8, 0.3, 0.1], [0, 0.1, 0.9]])
    np.testing.assert_array_equal(ioffe.largest(rates, runs, 0.8), [2, np.nan, 4])


@pytest.mark.parametrize(
    ("changes", "rule"), [({"batches": (3, 64)}, "at least 4"), ({"depth": 2}, "at least 3")]
)
def test_settings_that_cannot_be_measured_are_refused(changes, rule):
    with pytest.raises(Refusal, match=rule):
        explosion.experiment.run(quick=True, **changes)


@pytest.mark.parametrize(
    ("ratios", "outcome"),
    [
        ((5.0, 16.0, 8.0), "reproduced"),
        ((2.0, 16.0, 8.0), "partly"),
        ((1.0, 16.0, 8.0), "not reproduced"),
        ((np.nan, 16.0, 8.0), "not reproduced"),
    ],
)
def test_the_verdict_on_learning_rates_follows_the_worst_seed(ratios, outcome):
    assert ioffe.conclude({ioffe.RATIO: Row(ioffe.RATIO, ratios)})[0] == outcome


@pytest.mark.parametrize(
    ("factors", "outcome"),
    [((1.21, 1.2), "reproduced"), ((1.21, 1.1), "partly"), ((1.21, 0.99), "not reproduced")],
)
def test_the_verdict_on_growth_follows_the_worst_network(factors, outcome):
    rows = {str(i): Row(str(i), (factor,), 1.211) for i, factor in enumerate(factors)}
    assert explosion.conclude(rows)[0] == outcome
