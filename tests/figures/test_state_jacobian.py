"""The state Jacobian of the living figure against automatic differentiation, and its bound."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.state_jacobian import KINDS, STEPS, drive, recurrence

FIGURE = scenes.figure("state_jacobian")


def norms_by_autograd(kind, gain, strength, sequence):
    """The norms of dh_T / dh_{T-k} for k = 0..40, one row of the Jacobian at a time."""
    W = gain * torch.tensor(recurrence(kind))
    h = [torch.zeros(len(W), dtype=torch.float64, requires_grad=True)]
    for x in strength * torch.tensor(drive(sequence)):
        h.append(torch.tanh(W @ h[-1] + x))
    rows = [torch.autograd.grad(unit, h, retain_graph=True) for unit in h[-1].unbind()]
    jacobians = torch.stack([torch.stack(row) for row in rows], dim=1)  # (T+1, n, n)
    return torch.linalg.matrix_norm(jacobians, 2).flip(0).numpy()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("gain", "strength", "sequence"), [(0.5, 0.5, 0), (1.4, 1.0, 7)])
def test_the_norms_are_those_of_automatic_differentiation(kind, gain, strength, sequence):
    values = {"kind": kind, "gain": gain, "strength": strength, "sequence": sequence}
    shown = FIGURE.scene(**values).data
    np.testing.assert_allclose(shown["measured"], np.log10(norms_by_autograd(**values)), atol=1e-7)
    assert np.all(shown["measured"] <= shown["bound"] + 1e-9)
    assert shown["mean_slope"].max() < shown["largest_slope"].max() == shown["gamma"] <= 1


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.3])
def test_without_input_the_orthogonal_bound_is_reached_and_the_gaussian_one_is_not(gain):
    exact = FIGURE.scene(kind="orthogonal", gain=gain, strength=0.0).data
    np.testing.assert_allclose(exact["measured"], np.arange(STEPS + 1) * np.log10(gain), atol=1e-9)
    np.testing.assert_allclose(exact["bound"], exact["measured"], atol=1e-9)
    np.testing.assert_allclose(exact["by_radius"], exact["measured"], atol=1e-9)
    loose = FIGURE.scene(kind="Gaussian", gain=gain, strength=0.0).data
    assert loose["factor"] == pytest.approx(gain * np.linalg.svd(recurrence("Gaussian"))[1][0])
    assert loose["measured"][5] > loose["by_radius"][5] + 0.2, "a radius is no bound"
    assert loose["measured"][-1] < loose["bound"][-1] - 5


def test_the_gaussian_bound_is_level_near_one_half_and_the_verdict_follows_the_gain():
    assert FIGURE.scene(gain=0.5).data["factor"] == pytest.approx(1, abs=0.01)
    assert (
        FIGURE.scene(gain=0.45).data["factor"]
        < 0.95
        < 1.05
        < FIGURE.scene(gain=0.55).data["factor"]
    )
    for gain, verdict in ((0.5, "vanishes"), (1.0, "holds"), (1.3, "explodes")):
        scene = FIGURE.scene(kind="identity", gain=gain, strength=0.0)
        assert verdict in scene.title and verdict in scene.alt


def test_stronger_inputs_saturate_tanh_and_the_gradient_fades_faster():
    totals = [FIGURE.scene(kind="orthogonal", strength=u).data["total"] for u in (0, 0.5, 1.0, 2.0)]
    assert totals == sorted(totals, reverse=True)
