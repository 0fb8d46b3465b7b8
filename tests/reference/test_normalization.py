"""Normalization against torch's own modules and autograd, in float64."""

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    batch_norm,
    batch_norm_backward,
    frozen_batch_norm_backward,
    layer_norm,
    layer_norm_backward,
    normalized_backward,
    normalized_forward,
    relu,
    relu_grad,
)

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
BATCHES = [(2, 3), (5, 4), (64, 1)]


def draw(shape, seed=0):
    rng = np.random.default_rng(seed)
    units = shape[-1]
    x, g = rng.normal(2, 3, shape), rng.normal(size=shape)
    return x, g, rng.normal(size=units), rng.normal(size=units)


def torch_batch_norm(units, gamma, beta, momentum, eps):
    module = torch.nn.BatchNorm1d(units, eps=eps, momentum=momentum, dtype=torch.float64)
    return with_parameters(module, gamma, beta)


def with_parameters(module, gamma, beta):
    with torch.no_grad():
        module.weight.copy_(torch.tensor(gamma))
        module.bias.copy_(torch.tensor(beta))
    return module


def autograd(module, x, g):
    inputs = torch.tensor(x, requires_grad=True)
    return [
        part.numpy()
        for part in torch.autograd.grad(
            module(inputs), (inputs, module.weight, module.bias), torch.tensor(g)
        )
    ]


@pytest.mark.parametrize("shape", BATCHES)
@pytest.mark.parametrize(("momentum", "eps"), [(0.1, 1e-5), (0.4, 0.5)])
def test_three_batches_of_training_and_one_of_evaluation_agree_with_torch(shape, momentum, eps):
    units = shape[-1]
    _, _, gamma, beta = draw(shape)
    module = torch_batch_norm(units, gamma, beta, momentum, eps)
    state = np.zeros(units), np.ones(units)
    for seed in range(3):
        x = draw(shape, seed)[0]
        y, state = batch_norm(x, gamma, beta, state, True, momentum, eps)
        np.testing.assert_allclose(y, module(torch.tensor(x)).detach().numpy(), **CLOSE)
        np.testing.assert_allclose(state[0], module.running_mean.numpy(), **CLOSE)
        np.testing.assert_allclose(state[1], module.running_var.numpy(), **CLOSE)
    module.eval()
    x = draw((1, units), 9)[0]
    y, kept = batch_norm(x, gamma, beta, state, False, momentum, eps)
    np.testing.assert_allclose(y, module(torch.tensor(x)).detach().numpy(), **CLOSE)
    assert kept is state


@pytest.mark.parametrize("shape", BATCHES)
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_gradients_of_batch_norm_agree_with_autograd_in_both_modes(shape, eps):
    x, g, gamma, beta = draw(shape)
    module = torch_batch_norm(shape[-1], gamma, beta, 0.1, eps)
    theirs = autograd(module, x, g)
    for mine, right in zip(batch_norm_backward(g, x, gamma, eps), theirs, strict=True):
        np.testing.assert_allclose(mine, right, **CLOSE)
    state = module.running_mean.numpy(), module.running_var.numpy()
    theirs = autograd(module.eval(), x, g)
    for mine, right in zip(
        frozen_batch_norm_backward(g, x, gamma, state, eps), theirs, strict=True
    ):
        np.testing.assert_allclose(mine, right, **CLOSE)


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 5, 4)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_layer_norm_agrees_with_torch(shape, eps):
    x, g, gamma, beta = draw(shape)
    module = with_parameters(
        torch.nn.LayerNorm(shape[-1], eps=eps, dtype=torch.float64), gamma, beta
    )
    mine = layer_norm(x, gamma, beta, eps)
    np.testing.assert_allclose(mine, module(torch.tensor(x)).detach().numpy(), **CLOSE)
    theirs = autograd(module, x, g)
    for mine, right in zip(layer_norm_backward(g, x, gamma, eps), theirs, strict=True):
        np.testing.assert_allclose(mine, right, **CLOSE)


@pytest.mark.parametrize("axis", [0, -1])
def test_every_gradient_of_a_normalised_network_agrees_with_autograd(axis):
    rng = np.random.default_rng(1)
    Ws = [rng.normal(size=shape) for shape in [(6, 4), (5, 6), (3, 5)]]
    x, g = rng.normal(size=(7, 4)), rng.normal(size=(7, 3))
    hs, activations = normalized_forward(Ws, x, relu, axis)
    theirs = [torch.tensor(x, requires_grad=True)]
    for W in Ws:
        h = theirs[-1] @ torch.tensor(W).T
        z = (
            torch.nn.functional.batch_norm(h, None, None, training=True)
            if axis == 0
            else torch.nn.functional.layer_norm(h, h.shape[1:])
        )
        theirs.append(torch.relu(z))
    right = torch.autograd.grad(theirs[-1], theirs, torch.tensor(g))
    for a, b in zip(activations, theirs, strict=True):
        np.testing.assert_allclose(a, b.detach().numpy(), **CLOSE)
    for a, b in zip(normalized_backward(Ws, hs, g, relu_grad, axis), right, strict=True):
        np.testing.assert_allclose(a, b.numpy(), **CLOSE)


def test_what_cannot_be_normalised_is_refused_with_the_rule():
    ones, state = np.ones(2), (np.zeros(2), np.ones(2))
    with pytest.raises(ValueError, match="at least 2 examples in a batch: got 1"):
        batch_norm(np.ones((1, 2)), ones, ones, state, True)
    with pytest.raises(ValueError, match=r"one gamma per unit: got x of shape \(4, 2\)"):
        batch_norm(np.ones((4, 2)), np.ones(3), ones, state, True)


def test_float32_stays_float32():
    x, g, gamma, beta = (part.astype(np.float32) for part in draw((6, 3)))
    y, state = batch_norm(x, gamma, beta, (beta, gamma**2), True)
    assert {part.dtype for part in (y, *state, *batch_norm_backward(g, x, gamma))} == {x.dtype}
    assert layer_norm(x, gamma, beta).dtype == x.dtype
