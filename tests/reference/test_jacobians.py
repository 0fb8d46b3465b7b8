"""Jacobians and the backward pass of non-square nets against torch autograd in float64."""

import inspect
from itertools import pairwise

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    activation,
    backward,
    end_to_end_jacobian,
    layer_jacobian,
    network_forward,
    vector_jacobian_product,
)

TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}
SIZES = [(3, 5, 2, 4), (4, 1, 3), (2, 6), (3, 3, 3)]

every_net = pytest.mark.parametrize("sizes", SIZES, ids=str)
every_activation = pytest.mark.parametrize("name", TORCH)


def random_layers(sizes: tuple[int, ...]) -> tuple[list[np.ndarray], np.ndarray]:
    rng = np.random.default_rng(len(sizes))
    Ws = [rng.normal(size=(n_out, n_in)) for n_in, n_out in pairwise(sizes)]
    return Ws, rng.normal(size=sizes[0])


def torch_net(Ws: list[np.ndarray], name: str, x: torch.Tensor) -> list[torch.Tensor]:
    activations = [x]
    for W in Ws:
        activations.append(TORCH[name](torch.from_numpy(W) @ activations[-1]))
    return activations


@every_net
@every_activation
def test_end_to_end_jacobian_agrees_with_autograd(sizes: tuple[int, ...], name: str) -> None:
    (Ws, x), entry = random_layers(sizes), activation(name)
    zs, activations = network_forward(Ws, x, entry.value)
    ours = end_to_end_jacobian(Ws, zs, entry.derivative)
    truth = torch.autograd.functional.jacobian(
        lambda leaf: torch_net(Ws, name, leaf)[-1], torch.from_numpy(x)
    )
    assert ours.shape == (sizes[-1], sizes[0])
    np.testing.assert_allclose(ours, truth, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(activations[-1], torch_net(Ws, name, torch.from_numpy(x))[-1])


@every_net
@every_activation
def test_backward_agrees_with_autograd_at_every_layer(sizes: tuple[int, ...], name: str) -> None:
    (Ws, x), entry = random_layers(sizes), activation(name)
    zs, _ = network_forward(Ws, x, entry.value)
    g_out = np.random.default_rng(9).normal(size=sizes[-1])
    ours = backward(Ws, zs, g_out, entry.derivative)
    leaf = torch.from_numpy(x).requires_grad_()
    activations = torch_net(Ws, name, leaf)
    truth = torch.autograd.grad(activations[-1], activations, torch.from_numpy(g_out))
    assert len(ours) == len(sizes)
    for g, expected in zip(ours, truth, strict=True):
        np.testing.assert_allclose(g, expected, rtol=1e-12, atol=1e-14)


@every_activation
def test_layer_jacobian_is_the_diagonal_of_slopes_times_the_weights(name: str) -> None:
    (W,), x = random_layers((2, 6))
    z, df = W @ x, activation(name).derivative
    jacobian = layer_jacobian(W, z, df)
    np.testing.assert_allclose(jacobian, np.diag(df(z)) @ W)
    g = np.random.default_rng(3).normal(size=6)
    np.testing.assert_allclose(vector_jacobian_product(W, z, g, df), jacobian.T @ g)


def test_a_batch_is_a_stack_of_single_passes() -> None:
    Ws, _ = random_layers((3, 5, 2, 4))
    rng, entry = np.random.default_rng(0), activation("tanh")
    xs, gs = rng.normal(size=(7, 3)), rng.normal(size=(7, 4))
    zs, activations = network_forward(Ws, xs, entry.value)
    gradients = backward(Ws, zs, gs, entry.derivative)
    for row, (x, g) in enumerate(zip(xs, gs, strict=True)):
        zs_1, activations_1 = network_forward(Ws, x, entry.value)
        np.testing.assert_allclose(activations[-1][row], activations_1[-1])
        np.testing.assert_allclose(gradients[0][row], backward(Ws, zs_1, g, entry.derivative)[0])


def test_float32_stays_float32() -> None:
    Ws, x = random_layers((3, 5, 2))
    Ws32, entry = [W.astype(np.float32) for W in Ws], activation("gelu")
    zs, activations = network_forward(Ws32, x.astype(np.float32), entry.value)
    gradients = backward(Ws32, zs, np.ones(2, np.float32), entry.derivative)
    assert {a.dtype for a in (*zs, *activations, *gradients)} == {np.dtype(np.float32)}
    assert end_to_end_jacobian(Ws32, zs, entry.derivative).dtype == np.float32


W, Z = np.ones((3, 2)), np.ones(3)
DF = activation("tanh").derivative


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (layer_jacobian, (W, np.ones(2), DF), r"got W of shape \(3, 2\) and z of shape \(2,\)"),
        (layer_jacobian, (W, np.ones(1), DF), r"z of shape \(1,\)"),
        (layer_jacobian, (np.ones(3), Z, DF), r"got W of shape \(3,\)"),
        (vector_jacobian_product, (W, Z, np.ones(1), DF), r"g must match z: got g of shape \(1,\)"),
        (vector_jacobian_product, (W.T, Z, Z, DF), r"got W of shape \(2, 3\)"),
        (backward, ([W], [Z, Z], Z, DF), "got 1 weights and 2 pre-activations"),
        (backward, ([], [], Z, DF), "at least one layer is needed: got none"),
        (backward, ([W, W], [Z, Z], Z, DF), "layer 2 must take the 3 outputs of layer 1"),
        (end_to_end_jacobian, ([W, W], [Z, Z], DF), "layer 2 must take the 3 outputs of layer 1"),
        (end_to_end_jacobian, ([W], [], DF), "got 1 weights and 0 pre-activations"),
        (network_forward, ([], np.ones(2), np.tanh), "at least one matrix is needed: got none"),
        (network_forward, ([Z], np.ones(3), np.tanh), "every layer must be a matrix"),
        (network_forward, ([W], Z, np.tanh), r"got x of shape \(3,\) and W of shape \(3, 2\)"),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)  # as in a notebook, without the shape check
