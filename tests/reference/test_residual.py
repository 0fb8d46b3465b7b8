"""Residual blocks, dense and convolutional, against torch autograd in float64."""

import inspect

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    block_jacobian,
    convolution,
    convolution_backward,
    gradient_correlation,
    gradient_vs_depth,
    relu_grad,
    residual_block,
    residual_block_backward,
    rezero_gradients,
    shortcut_sum,
    tanh_grad,
)

RELU, CLOSE = torch.relu, {"rtol": 1e-11, "atol": 1e-12}
every_kind = pytest.mark.parametrize("kind", ["post", "pre", "rezero"])
every_shape = pytest.mark.parametrize("n_out", [4, 6], ids=["same shape", "projected"])
every_sort = pytest.mark.parametrize("images", [False, True], ids=["dense", "convolutional"])


def block(images: bool, n_out: int) -> tuple[np.ndarray, dict, np.ndarray]:
    rng = np.random.default_rng(n_out)
    side = ((3, 3), (1, 1), (5, 4)) if images else ((), (), ())
    params = {"W1": rng.normal(size=(7, 4, *side[0])), "W2": rng.normal(size=(n_out, 7, *side[0]))}
    params["alpha"] = 0.3
    if n_out != 4:
        params["P"] = rng.normal(size=(n_out, 4, *side[1]))
    return rng.normal(size=(3, 4, *side[2])), params, rng.normal(size=(3, n_out, *side[2]))


def in_torch(x: torch.Tensor, p: dict, kind: str) -> torch.Tensor:
    def layer(a: torch.Tensor, W: torch.Tensor) -> torch.Tensor:
        if W.ndim == 2:
            return torch.nn.functional.linear(a, W)
        return torch.nn.functional.conv2d(a, W, padding="same")

    skip = layer(x, p["P"]) if "P" in p else x
    if kind == "post":
        return RELU(skip + layer(RELU(layer(x, p["W1"])), p["W2"]))
    if kind == "pre":
        return skip + layer(RELU(layer(RELU(x), p["W1"])), p["W2"])
    return skip + p["alpha"] * layer(RELU(layer(x, p["W1"])), p["W2"])


@every_kind
@every_shape
@every_sort
def test_forward_and_every_gradient_agree_with_autograd(kind, n_out, images) -> None:
    x, params, g = block(images, n_out)
    leaves = {n: torch.tensor(np.asarray(v), requires_grad=True) for n, v in params.items()}
    leaf = torch.tensor(x, requires_grad=True)
    y = in_torch(leaf, leaves, kind)
    y.backward(torch.tensor(g))
    np.testing.assert_allclose(residual_block(x, params, kind), y.detach(), **CLOSE)
    by_x, by_params = residual_block_backward(x, params, kind, g)
    np.testing.assert_allclose(by_x, leaf.grad, **CLOSE)
    used = params.keys() - (set() if kind == "rezero" else {"alpha"})
    assert by_params.keys() == used
    for name in used:
        np.testing.assert_allclose(by_params[name], leaves[name].grad, **CLOSE)


@every_sort
def test_rezero_at_alpha_0_is_the_identity_and_its_gradient_passes_unchanged(images) -> None:
    x, params, g = block(images, 4)
    params["alpha"] = 0.0
    assert np.array_equal(residual_block(x, params, "rezero"), x)
    by_x, by_params = residual_block_backward(x, params, "rezero", g)
    assert np.array_equal(by_x, g)
    assert not by_params["W1"].any() and not by_params["W2"].any() and by_params["alpha"] != 0


@pytest.mark.parametrize("k", [1, 3, 5])
def test_convolution_agrees_with_torch(k: int) -> None:
    rng = np.random.default_rng(k)
    x, K = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, k, k))
    g = rng.normal(size=(2, 4, 6, 5))
    leaf, kernel = (torch.tensor(a, requires_grad=True) for a in (x, K))
    y = torch.nn.functional.conv2d(leaf, kernel, padding=k // 2)
    np.testing.assert_allclose(convolution(x, K), y.detach(), **CLOSE)
    by_x, by_K = convolution_backward(x, K, g)
    y.backward(torch.tensor(g))
    np.testing.assert_allclose(by_x, leaf.grad, **CLOSE)
    np.testing.assert_allclose(by_K, kernel.grad, **CLOSE)


def test_the_block_jacobian_and_the_rezero_gradients_agree_with_autograd() -> None:
    rng = np.random.default_rng(0)
    W1, W2, x, g = (rng.normal(size=size) for size in ((6, 4), (4, 6), 4, 4))
    T1, T2 = torch.tensor(W1), torch.tensor(W2)
    for f, df in ((torch.tanh, tanh_grad), (RELU, relu_grad)):
        truth = torch.autograd.functional.jacobian(
            lambda leaf, f=f: leaf + T2 @ f(T1 @ leaf), torch.tensor(x)
        )
        np.testing.assert_allclose(block_jacobian(W1, W2, x, df), truth, **CLOSE)
    leaf, alpha = torch.tensor(x, requires_grad=True), torch.tensor(0.7, requires_grad=True)
    (leaf + alpha.double() * T2 @ RELU(T1 @ leaf)).backward(torch.tensor(g))
    by_x, by_alpha = rezero_gradients(x, W1, W2, float(np.float32(0.7)), g)
    np.testing.assert_allclose(by_x, leaf.grad, rtol=1e-6)
    assert by_alpha == pytest.approx(alpha.grad.item(), rel=1e-6)


@pytest.mark.parametrize("kind", ["plain", "residual"])
def test_gradients_through_a_stack_agree_with_autograd_at_every_block(kind: str) -> None:
    rng = np.random.default_rng(1)
    Js, g = rng.normal(size=(5, 3, 3)), rng.normal(size=3)
    a = [torch.tensor(rng.normal(size=3), requires_grad=True)]
    for J in torch.tensor(Js):
        a.append(J @ a[-1] + (a[-1] if kind == "residual" else 0))
    truth = torch.autograd.grad(a[-1], a, torch.tensor(g))
    norms = [torch.linalg.norm(t).log10().item() for t in reversed(truth)]
    np.testing.assert_allclose(gradient_vs_depth(list(Js), g, kind), norms, **CLOSE)


def test_gradient_correlation_is_pearsons_and_bounded() -> None:
    gradients = np.random.default_rng(2).normal(size=(4, 30)).cumsum(axis=1)
    truth = [np.corrcoef(row[:-3], row[3:])[0, 1] for row in gradients]
    assert gradient_correlation(gradients, 3) == pytest.approx(np.mean(truth))
    line = np.arange(10.0)[None] + np.zeros((2, 1))
    assert gradient_correlation(line, 1) == pytest.approx(1)
    assert gradient_correlation(np.tile([1.0, -1.0], (2, 5)), 1) == pytest.approx(-1)


X, W, G = np.ones((2, 3)), np.ones((3, 3)), np.ones((2, 3))


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (shortcut_sum, (X, np.ones((2, 1))), r"same shape: got \(2, 3\) and \(2, 1\)"),
        (shortcut_sum, (X, X, np.ones((4, 3))), r"got \(2, 4\) and \(2, 3\)"),
        (residual_block, (X, {"W1": W, "W2": W[:1]}, "pre"), "Give a projection P"),
        (residual_block, (X, {"W1": W, "W2": W}, "none"), "post, pre, rezero: got 'none'"),
        (residual_block_backward, (X, {}, "none", G), "post, pre, rezero: got 'none'"),
        (gradient_vs_depth, ([W], np.ones(3), "skip"), "plain or residual: got 'skip'"),
        (convolution, (X, np.ones((1, 1, 2, 2))), r"odd k: got \(1, 1, 2, 2\)"),
        (convolution, (np.ones((1, 2, 4, 4)), np.ones((1, 1, 3, 3))), r"got \(1, 2, 4, 4\)"),
    ],
)
def test_bad_input_says_the_rule_and_what_came(function, arguments, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        inspect.unwrap(function)(*arguments)
