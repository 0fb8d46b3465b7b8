"""The sick network of the symptom chart against torch, and what its rules say of it."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.symptom_chart import DEPTH, ILLNESSES, STEPS, Fault, start, train

FIGURE = scenes.figure("symptom_chart")


def by_torch(fault, steps):
    """Losses, gradient norms by z_l at the first step, and first updates, by autograd and SGD."""
    Ws, x, y = start()
    weights = [torch.tensor(fault.scale * W, requires_grad=True) for W in Ws[:-1]]
    readout = torch.tensor(Ws[-1], requires_grad=True)
    biases = [
        torch.full((len(W),), fault.bias, dtype=torch.float64, requires_grad=True) for W in weights
    ]
    optimizer = torch.optim.SGD([*weights, readout, *biases], lr=fault.rate)
    losses, labels, first = [], torch.tensor(y.argmax(axis=1)), None
    for _ in range(steps):
        a, zs = torch.tensor(x), []
        for W, b in zip(weights, biases, strict=True):
            zs.append(a @ W.T + b)
            zs[-1].retain_grad()
            a = torch.relu(zs[-1])
        loss = torch.nn.functional.cross_entropy(a @ readout.T, labels)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if first is None:
            norms = [z.grad.norm().item() for z in zs]
            first = norms, [(fault.rate * W.grad.norm() / W.norm()).item() for W in weights]
        optimizer.step()
    return losses, *first


@pytest.mark.parametrize("fault", [Fault(), Fault(scale=0.7), Fault(bias=-0.2), Fault(rate=0.004)])
def test_the_network_trains_as_torch_trains_it(fault):
    _, losses, norms, updates = train(fault)
    expected, first_norms, first_updates = by_torch(fault, 10)
    np.testing.assert_allclose(losses[:10], expected, rtol=1e-8)
    np.testing.assert_allclose(norms[0], first_norms, rtol=1e-8)
    np.testing.assert_allclose(updates[0], first_updates, rtol=1e-8)


@pytest.mark.parametrize("severity", [0.2, 0.5, 1.0])
def test_two_illnesses_change_the_signal_by_their_factor_in_each_layer(severity):
    """Nearly: the loss weighs the examples a little differently when the outputs change."""
    well = FIGURE.scene(severity=0.0).data["lost"]
    for illness, factor in (("vanishing", 1 - 0.6 * severity), ("exploding", 1 + severity)):
        lost = FIGURE.scene(illness=illness, severity=severity).data["lost"]
        assert lost - well == pytest.approx((DEPTH - 1) * np.log10(factor), abs=0.05)


@pytest.mark.parametrize("illness", ILLNESSES)
def test_each_illness_is_named_when_severe_and_absent_at_zero(illness):
    assert FIGURE.scene(illness=illness, severity=1.0).data["word"] == illness
    assert FIGURE.scene(illness=illness, severity=0.0).data["word"] == "healthy"


def test_the_signal_is_called_lost_from_two_decades_on():
    scenes_at = [FIGURE.scene(severity=s).data for s in np.arange(0, 1.01, 0.05).clip(0, 1)]
    assert [d["word"] == "vanishing" for d in scenes_at] == [d["lost"] <= -2 for d in scenes_at]
    assert any(d["word"] == "vanishing" for d in scenes_at)


def test_a_loss_that_is_not_finite_is_marked_where_it_breaks():
    broken = FIGURE.scene(illness="learning rate too high", severity=1.0).data
    at = int(broken["broken"])
    assert 1 < at <= STEPS
    assert np.isfinite(broken["losses"][: at - 1]).all() and np.isnan(broken["losses"][at - 1])
    assert np.isnan(FIGURE.scene(severity=0.0).data["broken"])


def test_dead_units_are_counted_on_all_the_examples():
    assert FIGURE.scene(illness="dead units", severity=1.0).data["dead"] == 1
    assert FIGURE.scene(illness="dead units", severity=0.0).data["dead"] < 0.5
