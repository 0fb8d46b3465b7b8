"""The one depth plot against torch: its own norms, its own automatic differentiation."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.depth_plot import EPS, WIDTH, base

FIGURE = scenes.figure("depth_plot")
NORMS = {
    "none": lambda z: z,
    "batch": lambda z: torch.nn.functional.batch_norm(z, None, None, training=True, eps=EPS),
    "layer": lambda z: torch.nn.functional.layer_norm(z, (WIDTH,), eps=EPS),
}


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize(
    ("scheme", "name", "gain"),
    [("Xavier", "sigmoid", 1.0), ("He", "relu", 1.3), ("orthogonal", "tanh", 0.8)],
)
def test_norms_are_those_of_torch(scheme, name, gain, norm, residual):
    layers, x, g = base(scheme)
    activations = [torch.tensor(x, requires_grad=True)]
    for W in layers:
        a = activations[-1]
        through = getattr(torch, name)(NORMS[norm](a @ (gain * torch.tensor(W)).T))
        activations.append(through + a if residual else through)
    gradients = torch.autograd.grad(activations[-1], activations, torch.tensor(g))
    lengths = np.array([torch.linalg.norm(part).item() for part in reversed(gradients)])
    sizes = [part.detach().square().mean().sqrt().item() for part in activations]
    data = FIGURE.compute(scheme, gain, name, norm, residual)
    np.testing.assert_allclose(data["gradient"], np.log10(lengths / lengths[0]), atol=1e-8)
    np.testing.assert_allclose(data["size"], np.log10(sizes), atol=1e-8)


def test_each_switch_changes_the_verdict_as_the_lessons_say():
    def title(**values):
        return FIGURE.scene(**values).title

    assert "vanishes" in title()
    assert "vanishes" in title(activation="relu")
    assert "holds" in title(activation="relu", scheme="He")
    assert "vanishes" in title(activation="tanh", scheme="std 0.01")
    assert "explodes" in title(activation="relu", scheme="std 1")
    assert "explodes" in title(activation="relu", norm="batch")
    assert "holds" in title(residual=True)
