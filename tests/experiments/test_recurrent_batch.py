"""Recurrent networks trained as one batch: the same as torch's module, each on its own."""

import math

import pytest
import torch

from vegrad_course.experiments import _recurrent as recurrent
from vegrad_course.experiments import identity_rnn, temporal_order_clipping
from vegrad_course.experiments.model import Row


def drawn(seed):
    return recurrent.draw(seed, 2, 4, 3, "Gaussian", 0.7)


def alone(weights, x, limit, steps):
    """One network as torch.nn.RNN, trained by torch's own SGD and its own clipping."""
    W_h, W_x, b, readout, bias = weights
    module, head = torch.nn.RNN(2, 4, batch_first=True), torch.nn.Linear(4, 3)
    with torch.no_grad():
        for parameter, value in zip(
            (*module.parameters(), *head.parameters()),
            (W_x.T, W_h.T, b[0], torch.zeros(4), readout.T, bias[0]),
            strict=True,
        ):
            parameter.copy_(value)
    module.bias_hh_l0.requires_grad_(False)
    parameters = [p for p in (*module.parameters(), *head.parameters()) if p.requires_grad]
    optimizer = torch.optim.SGD(parameters, 0.5, 0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        (head(module(x)[0][:, -1]) ** 2).mean().backward()
        torch.nn.utils.clip_grad_norm_(parameters, limit)
        optimizer.step()
    return head(module(x)[0][:, -1]).detach()


def test_a_batch_of_networks_is_each_of_them_alone():
    x = torch.randn(5, 6, 2, generator=torch.Generator().manual_seed(0))
    limits = torch.tensor([math.inf, 0.1])
    weights = recurrent.stack([drawn(0), drawn(1)])

    def measured():
        loss = (recurrent.outputs(weights, x, torch.tanh) ** 2).mean((1, 2))
        return loss, loss

    optimizer = torch.optim.SGD(weights, 0.5, 0.9)
    kept, norms = recurrent.train(weights, optimizer, limits, measured, 8)
    assert kept.shape == norms.shape == (8, 2) and norms[0, 1] > 0.1, "the limit is felt"
    together = recurrent.outputs(weights, x, torch.tanh).detach()
    for i, limit in enumerate(limits.tolist()):
        torch.testing.assert_close(together[i], alone(drawn(i), x, limit, 8), rtol=1e-3, atol=1e-5)


def rows(labels, *measured):
    return {l: Row(l, m) for l, m in zip(labels, measured, strict=True)}


@pytest.mark.parametrize(
    ("without", "clipped", "outcome"),
    [
        ((0.25, 0.25, 0.25), (0.99, 0.9, 0.85), "reproduced"),
        ((0.25, 0.25, 0.25), (0.99, 0.9, 0.5), "partly"),
        ((0.25, 0.9, 0.25), (0.99, 0.9, 0.99), "partly"),
        ((0.9, 0.9, 0.9), (0.9, 0.9, 0.9), "not reproduced"),
    ],
)
def test_the_verdict_on_clipping_follows_the_numbers(without, clipped, outcome):
    labels = (temporal_order_clipping.WITHOUT, temporal_order_clipping.WITH)
    assert temporal_order_clipping.conclude(rows(labels, without, clipped))[0] == outcome


@pytest.mark.parametrize(
    ("identity", "tanh", "outcome"),
    [
        ((0.01, 0.02, 0.03), (0.17, 0.17, 0.16), "reproduced"),
        ((0.01, 0.02, math.nan), (0.17, 0.17, 0.16), "partly"),
        ((0.17, 0.3, 0.2), (0.17, 0.17, 0.16), "not reproduced"),
        ((0.01, 0.02, 0.03), (0.01, 0.01, 0.01), "not reproduced"),
    ],
)
def test_the_verdict_on_the_identity_follows_the_numbers(identity, tanh, outcome):
    labels = (identity_rnn.IDENTITY, identity_rnn.TANH)
    assert identity_rnn.conclude(rows(labels, identity, tanh))[0] == outcome
