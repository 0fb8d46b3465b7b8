"""LSTM and GRU against torch's own modules and autograd, in float64."""

import numpy as np
import pytest
import torch

from vegrad_course.reference import (
    CellWeights,
    cell_gradient,
    forget_bias,
    gru_bptt,
    gru_forward,
    gru_step,
    lstm_bptt,
    lstm_forward,
    lstm_step,
)

T, N, H = 7, 3, 4
BATCHES = pytest.mark.parametrize("batch", [(), (5,)], ids=["one sequence", "a batch"])
CLOSE = {"rtol": 1e-10, "atol": 1e-12}


def weights_of(module: torch.nn.Module) -> CellWeights:
    return CellWeights(*(p.detach().numpy() for p in module.parameters()))


def arrays(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    return [rng.normal(size=shape) for shape in shapes]


def make(kind: type, batch: tuple[int, ...]) -> tuple:
    """A torch module in float64, and xs, first states and gradients for it."""
    torch.manual_seed(0)
    module = kind(N, H).double()
    return module, *arrays((T, *batch, N), (*batch, H), (*batch, H), (T, *batch, H), (*batch, H))


def leaf(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(array, requires_grad=True)


@BATCHES
def test_lstm_forward_and_every_gradient_agree_with_torch(batch: tuple[int, ...]) -> None:
    module, xs, h, c, g_hs, g_c = make(torch.nn.LSTM, batch)
    x_t, h_t, c_t = leaf(xs), leaf(h), leaf(c)
    out, (_, c_last) = module(x_t, (h_t[None], c_t[None]))
    loss = (out * torch.tensor(g_hs)).sum() + (c_last * torch.tensor(g_c)).sum()
    expected = torch.autograd.grad(loss, [*module.parameters(), x_t, h_t, c_t])

    weights = weights_of(module)
    record = lstm_forward(xs, h, c, weights)
    np.testing.assert_allclose(record.hs[1:], out.detach(), **CLOSE)
    np.testing.assert_allclose(record.cs[-1], c_last.detach()[0], **CLOSE)
    got = lstm_bptt(xs, record, weights, g_hs, g_c)
    found = (*got.weights, got.xs, got.hs[0], got.cs[0])
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, **CLOSE)


@BATCHES
def test_gru_forward_and_every_gradient_agree_with_torch(batch: tuple[int, ...]) -> None:
    module, xs, h, _, g_hs, _ = make(torch.nn.GRU, batch)
    x_t, h_t = leaf(xs), leaf(h)
    out, _ = module(x_t, h_t[None])
    loss = (out * torch.tensor(g_hs)).sum()
    expected = torch.autograd.grad(loss, [*module.parameters(), x_t, h_t])

    weights = weights_of(module)
    record = gru_forward(xs, h, weights)
    np.testing.assert_allclose(record.hs[1:], out.detach(), **CLOSE)
    got = gru_bptt(xs, record, weights, g_hs)
    for mine, theirs in zip((*got.weights, got.xs, got.hs[0]), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, **CLOSE)


def test_the_gradient_reaching_every_cell_is_that_of_autograd() -> None:
    """The inner states too, not only the ends: torch's weights, step by step."""
    cell, xs, h, c, _, g_c = make(torch.nn.LSTMCell, ())
    h_t, cells = torch.tensor(h), [leaf(c)]
    for x in xs:
        z = cell.weight_ih @ torch.tensor(x) + cell.bias_ih + cell.weight_hh @ h_t + cell.bias_hh
        i, f, g, o = z.chunk(4)
        cells.append(f.sigmoid() * cells[-1] + i.sigmoid() * g.tanh())
        h_t = o.sigmoid() * cells[-1].tanh()
    expected = torch.autograd.grad((cells[-1] * torch.tensor(g_c)).sum(), cells)
    weights = weights_of(cell)
    got = lstm_bptt(xs, lstm_forward(xs, h, c, weights), weights, np.zeros((T, H)), g_c)
    np.testing.assert_allclose(got.cs, torch.stack(expected), **CLOSE)


@BATCHES
def test_one_step_is_that_of_torchs_cells(batch: tuple[int, ...]) -> None:
    cell, xs, h, c, _, _ = make(torch.nn.LSTMCell, batch)
    x, state = torch.tensor(xs[0]), (torch.tensor(h), torch.tensor(c))
    for mine, theirs in zip(lstm_step(xs[0], h, c, *weights_of(cell)), cell(x, state), strict=True):
        np.testing.assert_allclose(mine, theirs.detach(), **CLOSE)
    gru = torch.nn.GRUCell(N, H).double()
    expected = gru(x, state[0]).detach()
    np.testing.assert_allclose(gru_step(xs[0], h, *weights_of(gru)), expected, **CLOSE)


def test_with_weights_zero_the_gradient_is_the_product_of_the_forget_gates() -> None:
    xs, h, c, b = arrays((T, N), (H,), (H,), (4 * H,))
    zero = CellWeights(np.zeros((4 * H, N)), np.zeros((4 * H, H)), b, np.zeros(4 * H))
    record = lstm_forward(xs, h, c, zero)
    fs = np.split(record.gates, 4, axis=-1)[1]
    got = lstm_bptt(xs, record, zero, np.zeros((T, H)), np.ones(H))
    np.testing.assert_allclose(got.cs[0], cell_gradient(fs), **CLOSE)


def test_an_open_forget_gate_and_a_shut_input_gate_carry_the_cell_exactly() -> None:
    xs, h, c = arrays((200, N), (H,), (H,))
    b = np.repeat([-800.0, 800.0, 1.0, 0.0], H)  # i, f, g, o
    shut = CellWeights(np.ones((4 * H, N)), np.ones((4 * H, H)), b, np.zeros(4 * H))
    assert np.array_equal(lstm_forward(xs, h, c, shut).cs[-1], c)


@pytest.mark.parametrize("steps", [0.5, 1, 2, 10, 100, 1e6])
@pytest.mark.parametrize("kept", [0.01, 0.5, 0.9])
def test_the_forget_bias_keeps_what_was_asked(steps: float, kept: float) -> None:
    b = torch.tensor(forget_bias(steps, kept), dtype=torch.float64)
    log_kept = steps * torch.nn.functional.logsigmoid(b)
    assert log_kept.item() == pytest.approx(np.log(kept), rel=1e-10)


def test_known_biases() -> None:
    assert forget_bias(1) == pytest.approx(0, abs=1e-12)
    assert forget_bias(100) == pytest.approx(4.968, abs=5e-4)


@pytest.mark.parametrize(("steps", "kept"), [(0, 0.5), (10, 1.0), (10, 0.0), (float("nan"), 0.5)])
def test_no_bias_for_what_cannot_be(steps: float, kept: float) -> None:
    with pytest.raises(ValueError, match="steps must be above 0"):
        forget_bias(steps, kept)


def test_weights_and_states_that_do_not_fit_are_refused() -> None:
    weights = weights_of(torch.nn.LSTMCell(N, H).double())
    x, h = arrays((N,), (H,))
    with pytest.raises(ValueError, match="must have 3 blocks of H rows"):
        gru_step(x, h, *weights)
    with pytest.raises(ValueError, match="an input needs 3 entries and a state 4"):
        lstm_step(x[:2], h, h, *weights)
    with pytest.raises(ValueError, match="an input needs 3 entries and a state 4"):
        lstm_step(x, h[:2], h[:2], *weights)
    with pytest.raises(ValueError, match="at least one step"):
        lstm_forward(np.zeros((0, N)), h, h, weights)
    with pytest.raises(ValueError, match="at least one step"):
        cell_gradient(np.zeros((0, 2)))
