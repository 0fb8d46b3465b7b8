"""Gradients through sixty random layers, against numbers made another way."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.weight_scale import CHOICES, SCALES, base, rates

FIGURE = scenes.figure("weight_scale")
TORCH = {"linear": lambda z: z, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


@pytest.mark.parametrize("activation", CHOICES)
@pytest.mark.parametrize("s", [0.5, 1.4, 2.5])
def test_the_norms_are_those_of_automatic_differentiation(activation, s):
    layers, x, g = (torch.tensor(np.array(part)) for part in base())
    activations = [x.requires_grad_()]
    for W in layers:
        activations.append(TORCH[activation](s * W @ activations[-1]))
    gradients = torch.autograd.grad(activations[-1] @ g, activations)
    norms = np.array([float(torch.linalg.norm(gradient)) for gradient in reversed(gradients)])
    shown = FIGURE.scene(s=s, activation=activation).data["measured"]
    np.testing.assert_allclose(shown, np.log10(norms / norms[0]), atol=1e-8)


@pytest.mark.parametrize("activation", CHOICES)
def test_the_prediction_holds_within_a_fortieth_of_a_decade_per_layer(activation):
    for s in SCALES:
        data = FIGURE.scene(s=float(s), activation=activation).data
        assert abs(data["predicted"][-1] - data["measured"][-1]) < 1.5
        assert data["rates"][np.argmin(abs(SCALES - s))] == pytest.approx(data["now"][0])


def test_linear_and_relu_are_predicted_by_a_straight_line_from_the_scale_alone():
    for activation, critical in (("linear", 1.0), ("relu", np.sqrt(2))):
        data = FIGURE.scene(s=1.2, activation=activation).data
        np.testing.assert_allclose(data["predicted"], data["k"] * np.log10(1.2 / critical))
        assert data["edge"] == pytest.approx(critical, rel=0.03)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_the_sign_changes_once_and_there(activation):
    rate, edge = rates(activation), FIGURE.scene(activation=activation).data["edge"]
    assert np.array_equal(rate > 0, SCALES > edge)


def test_sigmoid_vanishes_at_every_scale_and_says_so():
    assert rates("sigmoid").max() < -0.3
    for s in (0.5, 1.5, 2.5):
        scene = FIGURE.scene(s=s, activation="sigmoid")
        assert np.isnan(scene.data["edge"]) and "No scale" in scene.data["finding"]
        assert "vanishes" in scene.title
    assert "explodes" in FIGURE.scene(s=2.0).title and "holds" in FIGURE.scene(s=1.4).title
