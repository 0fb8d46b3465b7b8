"""Gradients through plain and residual stacks, against automatic differentiation."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.scenes.residual_flow import base

FIGURE = scenes.figure("residual_flow")


def by_autograd(alpha: float, depth: int, shortcut: bool) -> np.ndarray:
    layers, x, gs = base()
    a = [torch.tensor(x, requires_grad=True)]
    for W1, W2 in layers[:depth]:
        branch = torch.tensor(W2) @ torch.relu(torch.tensor(W1) @ a[-1])
        a.append(a[-1] + alpha * branch if shortcut else alpha * branch)
    squares = np.zeros(depth + 1)
    for g in torch.tensor(gs):
        found = torch.autograd.grad(a[-1], a, g, retain_graph=True)
        squares += [float(part @ part) for part in found]
    norms = np.sqrt(squares[::-1])
    return np.log10(norms / norms[0])


@pytest.mark.parametrize(("alpha", "depth"), [(0.01, 5), (0.3, 60), (1.0, 30)])
def test_the_norms_are_those_of_automatic_differentiation(alpha: float, depth: int) -> None:
    data = FIGURE.scene(alpha=alpha, depth=depth).data
    np.testing.assert_allclose(data["residual"], by_autograd(alpha, depth, True), atol=1e-9)
    np.testing.assert_allclose(data["plain"], by_autograd(alpha, depth, False), atol=1e-9)


@pytest.mark.parametrize("depth", [5, 30, 60])
def test_the_predictions_hold(depth: int) -> None:
    for alpha in (0.05, 0.28, 0.6, 1.0):
        data = FIGURE.scene(alpha=alpha, depth=depth).data
        assert abs(data["residual"][-1] - data["residual_line"][-1]) < 0.04 + 0.008 * depth * alpha
        assert abs(data["plain"][-1] - data["plain_line"][-1]) < 0.04 * depth


def test_sixty_blocks_grow_tenfold_between_the_two_steps_that_the_lesson_asks_for() -> None:
    below, above = (FIGURE.scene(alpha=alpha, depth=60) for alpha in (0.28, 0.29))
    assert below.data["residual_total"] < 1 < above.data["residual_total"]
    assert "less than tenfold" in below.alt and "more than tenfold" in above.alt


def test_a_branch_that_is_nearly_off_leaves_the_gradient_as_it_is() -> None:
    data = FIGURE.scene(alpha=0.01, depth=60).data
    assert abs(data["residual_total"]) < 0.02 and data["plain_total"] < -100
