"""Optimiser steps against torch.optim, in float64, over many steps."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from vegrad_course.reference import adam_step, momentum_step, sgd_step, stable_learning_rate

STEPS, LR, DECAY = 20, 0.05, 0.3


def problem() -> tuple[np.ndarray, np.ndarray]:
    """Start weights (4,) and a gradient for each step (STEPS, 4)."""
    rng = np.random.default_rng(0)
    return rng.normal(size=4), rng.normal(size=(STEPS, 4)) * 10.0 ** rng.integers(-4, 4, (STEPS, 1))


def by_torch(make: Callable) -> np.ndarray:
    """Weights after every step (STEPS, 4)."""
    start, gradients = problem()
    p = torch.tensor(start, requires_grad=True)
    optimizer, path = make([p]), []
    for g in gradients:
        p.grad = torch.tensor(g)
        optimizer.step()
        path.append(p.detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("decay", [0.0, DECAY])
def test_sgd(decay: float) -> None:
    w, gradients = problem()
    for g, theirs in zip(
        gradients,
        by_torch(lambda p: torch.optim.SGD(p, lr=LR, weight_decay=decay)),
        strict=True,
    ):
        w = sgd_step(w, g, LR, decay)
        np.testing.assert_allclose(w, theirs, rtol=1e-12)


@pytest.mark.parametrize("decay", [0.0, DECAY])
def test_momentum(decay: float) -> None:
    w, gradients = problem()
    velocity = np.zeros_like(w)
    for g, theirs in zip(
        gradients,
        by_torch(lambda p: torch.optim.SGD(p, lr=LR, momentum=0.8, weight_decay=decay)),
        strict=True,
    ):
        w, velocity = momentum_step(w, g, velocity, LR, 0.8, decay)
        np.testing.assert_allclose(w, theirs, rtol=1e-11)


@pytest.mark.parametrize("decay", [0.0, DECAY])
@pytest.mark.parametrize("decoupled", [False, True])
def test_adam(decoupled: bool, decay: float) -> None:
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    w, gradients = problem()
    m, v = np.zeros_like(w), np.zeros_like(w)
    theirs = by_torch(lambda p: kind(p, lr=LR, weight_decay=decay, betas=(0.8, 0.95)))
    for t, (g, expected) in enumerate(zip(gradients, theirs, strict=True), start=1):
        w, m, v = adam_step(w, g, m, v, t, LR, decay, decoupled, betas=(0.8, 0.95))
        np.testing.assert_allclose(w, expected, rtol=1e-10)


def test_the_two_decays_differ() -> None:
    w, g, zero = np.array([10.0]), np.array([100.0]), np.zeros(1)
    coupled = adam_step(w, g, zero, zero, 1, LR, DECAY, decoupled=False)[0]
    decoupled = adam_step(w, g, zero, zero, 1, LR, DECAY, decoupled=True)[0]
    assert coupled == pytest.approx(10 - LR) and decoupled == pytest.approx(10 - LR - LR * 3)


def test_steps_count_from_one() -> None:
    zero = np.zeros(1)
    with pytest.raises(ValueError, match="t counts steps from 1: got 0"):
        adam_step(zero, zero, zero, zero, 0, LR)


def test_what_came_in_is_not_changed() -> None:
    w, g, m, v = (np.ones(2) for _ in range(4))
    adam_step(w, g, m, v, 1, LR, DECAY)
    momentum_step(w, g, m, LR, 0.9, DECAY)
    assert all((a == 1).all() for a in (w, g, m, v))


def test_the_stable_rate_is_where_descent_on_a_quadratic_turns_from_shrinking_to_growing() -> None:
    A = np.random.default_rng(0).normal(size=(4, 4))
    H, x = A @ A.T + 0.1 * np.eye(4), np.random.default_rng(1).normal(size=4)
    for share, grows in ((0.98, False), (1.02, True)):
        lr = share * float(stable_learning_rate(H))
        p = torch.tensor(x, requires_grad=True)
        optimizer, sizes = torch.optim.SGD([p], lr=lr), []
        for _ in range(1000):
            optimizer.zero_grad()
            (p @ torch.tensor(H) @ p / 2).backward()
            optimizer.step()
            sizes.append(p.detach().norm().item())
        assert (sizes[-1] > sizes[500]) == grows


def test_a_saddle_has_no_stable_rate() -> None:
    with pytest.raises(ValueError, match="got the eigenvalue -1"):
        stable_learning_rate(np.diag([2.0, -1.0]))
