"""Gradients through a normalised network, against torch and against theory."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.batch_norm_growth import base

FIGURE = scenes.figure("batch_norm_growth")
NORMS = {
    "over the batch": lambda h: torch.nn.functional.batch_norm(h, None, None, training=True),
    "over the units": lambda h: torch.nn.functional.layer_norm(h, h.shape[1:]),
    "nowhere": lambda h: h,
}


@pytest.mark.parametrize("normalize", NORMS)
@pytest.mark.parametrize(("batch", "depth", "s"), [(8, 5, 0.8), (64, 40, 2.0)])
def test_the_norms_are_those_of_automatic_differentiation(normalize, batch, depth, s):
    layers, x, g = base()
    activations = [torch.tensor(x[:batch], requires_grad=True)]
    for W in layers[:depth]:
        h = activations[-1] @ (s * torch.tensor(W)).T
        activations.append(torch.relu(NORMS[normalize](h)))
    gradients = torch.autograd.grad(activations[-1], activations, torch.tensor(g[:batch]))
    norms = np.log10([float(torch.linalg.norm(part)) for part in reversed(gradients)])
    data = FIGURE.scene(normalize=normalize, batch=batch, depth=depth, s=s).data
    np.testing.assert_allclose(data["measured"], norms - norms[0], atol=1e-6)
    last = activations[-1].detach()
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    cosines = [torch.nn.functional.cosine_similarity(last[i], last[j], dim=0) for i, j in pairs]
    assert data["cosines"][-1] == pytest.approx(float(torch.stack(cosines).mean()), abs=1e-6)


def test_batch_norm_grows_as_theory_says_at_every_weight_scale():
    for s in (0.8, 1.4, 2.4):
        data = FIGURE.scene(s=s, batch=128).data
        assert data["factor"] == pytest.approx(1.2111, abs=1e-4)
        assert data["growth"] == pytest.approx(data["factor"], rel=0.02)


def test_layer_norm_stays_level_and_no_norm_follows_the_weight_scale():
    assert FIGURE.scene(normalize="over the units").data["growth"] == pytest.approx(1, rel=0.03)
    for s in (0.8, 1.4, 2.4):
        data = FIGURE.scene(normalize="nowhere", s=s).data
        assert data["growth"] == pytest.approx(s / np.sqrt(2), rel=0.03)
