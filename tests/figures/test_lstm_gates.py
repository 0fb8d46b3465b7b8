"""The carried gradient and the gates of the figure, against torch's autograd."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.lstm_gates import CELLS, at, base

FIGURE = scenes.figure("lstm_gates")


def by_torch(bias: float, steps: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """log10 norms of the gradient at c_{T-k} for k = 0..T, and the gates (T, 4 * CELLS)."""
    W_ih, W_hh, b_ih, b_hh = (torch.tensor(part) for part in at(bias, strength))
    _, xs, g = (torch.tensor(part) if isinstance(part, np.ndarray) else part for part in base())
    cs, h, gates = [torch.zeros(CELLS, dtype=torch.float64, requires_grad=True)], 0 * b_ih[:8], []
    for x in xs[:steps]:
        i, f, new, o = (W_ih @ x + b_ih + W_hh @ h + b_hh).chunk(4)
        gates.append(torch.cat([i.sigmoid(), f.sigmoid(), new.tanh(), o.sigmoid()]).detach())
        cs.append(f.sigmoid() * cs[-1] + i.sigmoid() * new.tanh())
        h = o.sigmoid() * cs[-1].tanh()
    gradients = torch.autograd.grad(cs[-1] @ g, cs)
    norms = torch.stack([gradient.norm() for gradient in reversed(gradients)])
    return torch.log10(norms).numpy(), torch.stack(gates).numpy()


@pytest.mark.parametrize("bias", [-2.0, 0.0, 5.0])
@pytest.mark.parametrize("strength", [0.0, 1.0, 2.0])
def test_the_carried_gradient_and_the_gates_are_those_of_autograd(bias, strength):
    norms, gates = by_torch(bias, 60, strength)
    data = FIGURE.scene(bias=bias, steps=60, strength=strength).data
    np.testing.assert_allclose(data["measured"], norms, atol=1e-8)
    i, f, _, _ = gates[::-1].reshape(60, 4, CELLS).transpose(1, 0, 2)
    for name, gate in (("input", i.mean(1)), ("forget", f.mean(1)), ("lowest", f.min(1))):
        np.testing.assert_allclose(data[name][:-1], gate, rtol=1e-12)
        assert np.isnan(data[name][-1]), "there is no gate at t = 0"


def test_without_listening_gates_measurement_product_and_formula_are_one():
    data = FIGURE.scene(bias=1.0, steps=100, strength=0.0).data
    line = -data["k"] * np.log10(1 + np.exp(-1.0))
    np.testing.assert_allclose(data["measured"], line, atol=1e-10)
    np.testing.assert_allclose(data["alone"], line, atol=1e-10)
    assert data["formula"][np.argmin(abs(data["biases"] - 1))] == pytest.approx(line[-1])
    assert data["total"] == pytest.approx(-13.6, abs=0.01)


def test_the_network_without_gates_is_that_of_autograd():
    weights, xs, g = base()
    W_x, W_h = (torch.tensor(1.5 * part[16:24]) for part in (weights.W_ih, weights.W_hh))
    hs = [torch.zeros(CELLS, dtype=torch.float64, requires_grad=True)]
    for x in torch.tensor(xs[:30]):
        hs.append(torch.tanh(W_h @ hs[-1] + W_x @ x))
    gradients = torch.autograd.grad(hs[-1] @ torch.tensor(g), hs)
    norms = np.log10([float(gradient.norm()) for gradient in reversed(gradients)])
    data = FIGURE.scene(bias=3.0, steps=30, strength=1.5).data
    np.testing.assert_allclose(data["plain"], norms, atol=1e-8)


def test_the_title_says_what_became_of_the_gradient():
    assert FIGURE.scene(bias=0.0).title.endswith("it vanishes")
    assert FIGURE.scene(bias=4.5, steps=150).title.endswith("it fades")
    assert FIGURE.scene(bias=4.75, steps=150).title.endswith("it arrives")


def test_the_dashed_line_stands_where_half_arrives():
    for steps in (25, 100, 150):
        half = FIGURE.scene(steps=steps, strength=0.0).data["half"]
        below, above = (FIGURE.scene(bias=b, steps=steps, strength=0.0).data["total"]
                        for b in (half - 0.25, half))  # fmt: skip
        assert below < np.log10(0.5) <= above
