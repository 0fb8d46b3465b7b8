"""The recurrent network against torch.nn.RNN and autograd, in float64."""

import inspect

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    rnn_bptt,
    rnn_forward,
    spectral_radius,
    state_gradients,
    state_jacobian,
    state_jacobian_bound,
    state_jacobian_norms,
)

CLOSE = {"rtol": 1e-11, "atol": 1e-13}
SIZES = [(1, 1, 1), (3, 2, 1), (4, 3, 7), (6, 1, 40)]  # units, inputs, steps


def network(n: int, d: int, steps: int, scale: float = 1.5) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(n + 10 * d + 100 * steps)
    return {
        "W_h": rng.normal(0, scale / np.sqrt(n), (n, n)),
        "W_x": rng.normal(0, 1, (n, d)),
        "b": rng.normal(0, 0.3, n),
        "xs": rng.normal(0, 1, (steps, d)),
        "h_0": rng.uniform(-0.9, 0.9, n),
    }


def torch_rnn(net: dict[str, np.ndarray]) -> tuple[torch.nn.RNN, torch.Tensor, torch.Tensor]:
    """torch's module with our weights, its states h_1..h_T, and the leaf h_0."""
    n, d = net["W_x"].shape
    module = torch.nn.RNN(d, n, dtype=torch.float64)
    with torch.no_grad():
        module.weight_hh_l0.copy_(torch.tensor(net["W_h"]))
        module.weight_ih_l0.copy_(torch.tensor(net["W_x"]))
        module.bias_ih_l0.copy_(0.25 * torch.tensor(net["b"]))
        module.bias_hh_l0.copy_(0.75 * torch.tensor(net["b"]))
    h_0 = torch.tensor(net["h_0"], requires_grad=True)
    return module, module(torch.tensor(net["xs"]), h_0[None])[0], h_0


@pytest.mark.parametrize("sizes", SIZES)
def test_states_and_all_gradients_are_those_of_torch(sizes: tuple[int, int, int]) -> None:
    net = network(*sizes)
    module, states, h_0 = torch_rnn(net)
    hs = rnn_forward(**net)
    np.testing.assert_allclose(hs[0], net["h_0"], rtol=0)
    np.testing.assert_allclose(hs[1:], states.detach(), **CLOSE)

    g_hs = np.random.default_rng(0).normal(size=hs[1:].shape)
    (states * torch.tensor(g_hs)).sum().backward()
    dW_h, dW_x, db = rnn_bptt(net["W_h"], net["xs"], hs, g_hs)
    np.testing.assert_allclose(dW_h, module.weight_hh_l0.grad, **CLOSE)
    np.testing.assert_allclose(dW_x, module.weight_ih_l0.grad, **CLOSE)
    np.testing.assert_allclose(db, module.bias_ih_l0.grad, **CLOSE)
    np.testing.assert_allclose(state_gradients(net["W_h"], hs, g_hs)[0], h_0.grad, **CLOSE)


@pytest.mark.parametrize("sizes", SIZES)
def test_state_gradients_in_the_middle_are_those_of_autograd(sizes: tuple[int, int, int]) -> None:
    net = network(*sizes)
    hs = rnn_forward(**net)
    g_hs = np.random.default_rng(1).normal(size=hs[1:].shape)
    W_h, W_x, b = (torch.tensor(net[name]) for name in ("W_h", "W_x", "b"))
    states = [torch.tensor(net["h_0"], requires_grad=True)]
    for x in torch.tensor(net["xs"]):
        states.append(torch.tanh(W_h @ states[-1] + W_x @ x + b))
    loss = (torch.stack(states[1:]) * torch.tensor(g_hs)).sum()
    expected = torch.stack(torch.autograd.grad(loss, states))
    np.testing.assert_allclose(state_gradients(net["W_h"], hs, g_hs), expected, **CLOSE)


@pytest.mark.parametrize("sizes", SIZES)
def test_state_jacobians_are_those_of_autograd(sizes: tuple[int, int, int]) -> None:
    net = network(*sizes)
    hs = rnn_forward(**net)
    W_h, W_x, b, xs = (torch.tensor(net[name]) for name in ("W_h", "W_x", "b", "xs"))

    def run(h: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
        for x in steps:
            h = torch.tanh(W_h @ h + W_x @ x + b)
        return h

    def jacobian(t: int, steps: torch.Tensor) -> np.ndarray:
        at = torch.tensor(hs[t])
        found = torch.autograd.functional.jacobian(lambda h: run(h, steps), at)
        return np.asarray(found)

    steps = len(xs)
    np.testing.assert_allclose(state_jacobian(net["W_h"], hs[1]), jacobian(0, xs[:1]), **CLOSE)
    expected = [np.linalg.svd(jacobian(steps - k, xs[steps - k :]))[1][0] for k in range(steps + 1)]
    np.testing.assert_allclose(state_jacobian_norms(net["W_h"], hs), expected, rtol=1e-9)


@pytest.mark.parametrize("scale", [0.2, 1.0, 3.0])
def test_no_norm_is_above_the_bound_and_without_saturation_one_step_reaches_it(
    scale: float,
) -> None:
    net = network(8, 2, 30, scale)
    hs = rnn_forward(**net)
    norms, bound = (f(net["W_h"], hs) for f in (state_jacobian_norms, state_jacobian_bound))
    assert np.all(norms <= bound * (1 + 1e-12))
    at_rest = np.zeros_like(hs)
    reached = [f(net["W_h"], at_rest)[1] for f in (state_jacobian_norms, state_jacobian_bound)]
    assert reached[0] == pytest.approx(reached[1], rel=1e-12)


def test_the_bound_of_an_orthogonal_network_at_rest_is_exact_and_the_spectral_radius_is_none() -> (
    None
):
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
    np.testing.assert_allclose(state_jacobian_norms(Q, np.zeros((21, 5))), 1, rtol=1e-12)
    lopsided, hs = np.array([[0.9, 1.0], [0.0, 0.8]]), np.zeros((7, 2))
    assert state_jacobian_norms(lopsided, hs)[6] > 2 > spectral_radius(lopsided) ** 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W_h": np.zeros((3, 2))}, "must be square"),
        ({"h_0": np.zeros(4)}, "one entry per row of W"),
        ({"W_x": np.zeros((3, 5))}, "W_x must be"),
        ({"xs": np.zeros(2)}, "one row of xs per step"),
    ],
)
def test_wrong_shapes_get_the_rule(change: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(rnn_forward)(**{**network(3, 2, 4), **change})  # as in a notebook


def test_wrong_states_and_gradients_get_the_rule() -> None:
    W_h = np.eye(3)
    with pytest.raises(ValueError, match="all that rnn_forward returned"):
        inspect.unwrap(state_jacobian_norms)(W_h, np.zeros((1, 3)))
    with pytest.raises(ValueError, match="all that rnn_forward returned"):
        inspect.unwrap(state_jacobian_bound)(W_h, np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"one row for each of h_1\.\.h_T"):
        inspect.unwrap(state_gradients)(W_h, np.zeros((5, 3)), np.zeros((5, 3)))
