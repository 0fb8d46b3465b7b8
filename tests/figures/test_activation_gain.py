"""Signal and gradient through forty layers, against torch; the prediction, against what it says."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.activation_gain import NAMES, base

FIGURE = scenes.figure("activation_gain")


@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("gain", [0.5, 1.0, 1.6])
def test_signal_and_gradient_are_those_of_torch(activation, gain):
    function = getattr(torch, activation, None) or getattr(torch.nn.functional, activation)
    layers, x, g = (torch.tensor(np.array(part)) for part in base())
    activations, sizes = [x.requires_grad_()], []
    for l, W in enumerate(layers):
        z = (gain if l else 1.0) * W @ activations[-1]
        sizes.append(float(z.detach().square().mean().sqrt().log10()))
        activations.append(function(z))
    gradients = torch.autograd.grad(activations[-1] @ g, activations)
    norms = np.array([float(torch.linalg.norm(gradient)) for gradient in reversed(gradients)])
    data = FIGURE.compute(activation=activation, gain=gain)
    np.testing.assert_allclose(data["signal"], sizes, atol=1e-8)
    np.testing.assert_allclose(data["norms"], np.log10(norms / norms[0]), atol=1e-8)


@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0, 2.5])
def test_the_prediction_for_wide_layers_holds_within_a_decade_or_two(activation, gain):
    data = FIGURE.compute(activation=activation, gain=gain)
    assert abs(data["sizes"][-1] - data["signal"][-1]) < 1
    assert abs(data["slopes"][-1] - data["norms"][-1]) < 1.5


def test_the_predicted_signal_stays_at_the_gain_that_the_title_names():
    for activation in NAMES:
        needed = FIGURE.compute(activation=activation, gain=1.0)["needed"]
        data = FIGURE.compute(activation=activation, gain=needed)
        np.testing.assert_allclose(data["sizes"], 0, atol=1e-9)


def test_relu_loses_half_the_squared_norm_in_every_layer_at_gain_one():
    data = FIGURE.compute(activation="relu", gain=1.0)
    np.testing.assert_allclose(np.diff(data["slopes"]), -0.5 * np.log10(2), rtol=1e-9)
    np.testing.assert_allclose(np.diff(data["sizes"]), -0.5 * np.log10(2), rtol=1e-9)


def test_no_gain_saves_the_gradient_of_a_sigmoid():
    totals = [
        FIGURE.compute(activation="sigmoid", gain=g)["total"] for g in np.arange(0.5, 2.51, 0.25)
    ]
    assert max(totals) < -10


def test_the_first_layer_has_gain_one_and_is_the_last_on_the_way_back():
    steps = np.diff(FIGURE.compute(activation="relu", gain=2.0)["slopes"])
    np.testing.assert_allclose(steps[:-1], 0.5 * np.log10(2), rtol=1e-9)
    assert steps[-1] == pytest.approx(-0.5 * np.log10(2))
