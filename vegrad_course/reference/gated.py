"""Gated recurrent networks: the LSTM and the GRU, forward and back through time.

The LSTM carries a cell c_t from step to step. Its main path is one multiplication by the forget
gate, c_t = f_t c_{t-1} + i_t g_t, so along it the gradient is a product of gates and of nothing
else. The GRU does the same with one state, h_t = z_t h_{t-1} + (1 - z_t) n_t.

Layout as in torch.nn: the rows of W_ih and W_hh hold the gates one below the other, i, f, g, o
for the LSTM and r, z, n for the GRU, and there are two biases, which add up. Time is the first
axis of every sequence; entry t of a list of states is the state after t steps.
Sources: Gers, Schmidhuber, Cummins: Learning to Forget (2000), for the forget gate; Cho et al.:
Learning Phrase Representations using RNN Encoder-Decoder (2014), for the GRU.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from vegrad_course.reference.smooth import sigmoid

Array = np.ndarray


class CellWeights(NamedTuple):
    """Weights of a cell with G gates (4: LSTM, 3: GRU), under torch's names."""

    W_ih: Float[Array, "rows n"]
    W_hh: Float[Array, "rows H"]
    b_ih: Float[Array, " rows"]
    b_hh: Float[Array, " rows"]


class LSTMRecord(NamedTuple):
    """What a forward pass leaves behind: states 0..T and the gates i, f, g, o of steps 1..T."""

    hs: Float[Array, "_ *batch H"]
    cs: Float[Array, "_ *batch H"]
    gates: Float[Array, "T *batch _"]


class GRURecord(NamedTuple):
    """States 0..T, the gates r, z, n of steps 1..T, and the part of n that r multiplies."""

    hs: Float[Array, "_ *batch H"]
    gates: Float[Array, "T *batch _"]
    recalled: Float[Array, "T *batch H"]


class LSTMGradients(NamedTuple):
    """Gradients of weights, inputs and all states: entry t of hs and cs reaches h_t and c_t."""

    weights: CellWeights
    xs: Float[Array, "T *batch n"]
    hs: Float[Array, "_ *batch H"]
    cs: Float[Array, "_ *batch H"]


class GRUGradients(NamedTuple):
    """Gradients of weights, inputs and all states: entry t of hs reaches h_t."""

    weights: CellWeights
    xs: Float[Array, "T *batch n"]
    hs: Float[Array, "_ *batch H"]


def lstm_gates(
    x: Float[Array, "*batch n"], h: Float[Array, "*batch H"], weights: CellWeights
) -> Float[Array, "*batch 4*H"]:
    """i, f, g, o side by side: sigma for the three gates, tanh for the candidate g."""
    z = x @ weights.W_ih.T + weights.b_ih + h @ weights.W_hh.T + weights.b_hh
    i, f, g, o = np.split(z, 4, axis=-1)
    return np.concatenate([sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)], axis=-1)


def lstm_step(
    x: Float[Array, "*batch n"],
    h: Float[Array, "*batch H"],
    c: Float[Array, "*batch H"],
    *weights: Array,
) -> tuple[Float[Array, "*batch H"], Float[Array, "*batch H"]]:
    """The next h and c: c' = f c + i g, h' = o tanh(c'). `weights` are the four of CellWeights."""
    cell = CellWeights(*weights)
    check_cell(cell, 4, x, h, c)
    i, f, g, o = np.split(lstm_gates(x, h, cell), 4, axis=-1)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_forward(
    xs: Float[Array, "T *batch n"],
    h: Float[Array, "*batch H"],
    c: Float[Array, "*batch H"],
    weights: CellWeights,
) -> LSTMRecord:
    """Read a whole sequence from the states h and c."""
    check_sequence(xs)
    check_cell(weights, 4, xs[0], h, c)
    hs, cs, gates = [h], [c], []
    for x in xs:
        gates.append(lstm_gates(x, hs[-1], weights))
        i, f, g, o = np.split(gates[-1], 4, axis=-1)
        cs.append(f * cs[-1] + i * g)
        hs.append(o * np.tanh(cs[-1]))
    return LSTMRecord(np.stack(hs), np.stack(cs), np.stack(gates))


def lstm_bptt(
    xs: Float[Array, "T *batch n"],
    record: LSTMRecord,
    weights: CellWeights,
    g_hs: Float[Array, "T *batch H"],
    g_c: Float[Array, "*batch H"] | int | float = 0.0,
) -> LSTMGradients:
    """Backpropagation through time.

    g_hs[t-1] is what the loss itself sends to h_t, g_c what it sends to the last cell. Two
    gradients travel back together, one along h and one along c; they meet in h_t = o tanh(c_t).
    """
    hs, cs, gates = record
    to_h, to_c, to_z = np.zeros_like(hs), np.zeros_like(cs), np.zeros_like(gates)
    to_c[-1] += g_c
    for t in range(len(xs), 0, -1):
        i, f, g, o = np.split(gates[t - 1], 4, axis=-1)
        lid = np.tanh(cs[t])
        to_h[t] += g_hs[t - 1]
        to_c[t] += to_h[t] * o * (1 - lid**2)
        to_c[t - 1] = to_c[t] * f
        slopes = [to_c[t] * g * i * (1 - i), to_c[t] * cs[t - 1] * f * (1 - f),
                  to_c[t] * i * (1 - g**2), to_h[t] * lid * o * (1 - o)]  # fmt: skip
        to_z[t - 1] = np.concatenate(slopes, axis=-1)
        to_h[t - 1] = to_z[t - 1] @ weights.W_hh
    by_weights = weight_gradients(xs, hs, to_z, to_z)
    return LSTMGradients(by_weights, to_z @ weights.W_ih, to_h, to_c)


def gru_gates(
    x: Float[Array, "*batch n"], h: Float[Array, "*batch H"], weights: CellWeights
) -> tuple[Float[Array, "*batch 3*H"], Float[Array, "*batch H"]]:
    """r, z, n side by side, and W_hn h + b_hn: r multiplies it after the product, as in torch."""
    r_x, z_x, n_x = np.split(x @ weights.W_ih.T + weights.b_ih, 3, axis=-1)
    r_h, z_h, n_h = np.split(h @ weights.W_hh.T + weights.b_hh, 3, axis=-1)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    return np.concatenate([r, z, np.tanh(n_x + r * n_h)], axis=-1), n_h


def gru_step(
    x: Float[Array, "*batch n"], h: Float[Array, "*batch H"], *weights: Array
) -> Float[Array, "*batch H"]:
    """The next h = z h + (1 - z) n: an update gate z of 1 keeps the old state."""
    cell = CellWeights(*weights)
    check_cell(cell, 3, x, h)
    gates, _ = gru_gates(x, h, cell)
    _, z, n = np.split(gates, 3, axis=-1)
    return z * h + (1 - z) * n


def gru_forward(
    xs: Float[Array, "T *batch n"], h: Float[Array, "*batch H"], weights: CellWeights
) -> GRURecord:
    """Read a whole sequence from the state h."""
    check_sequence(xs)
    check_cell(weights, 3, xs[0], h)
    hs, gates, recalled = [h], [], []
    for x in xs:
        gate, n_h = gru_gates(x, hs[-1], weights)
        _, z, n = np.split(gate, 3, axis=-1)
        gates.append(gate)
        recalled.append(n_h)
        hs.append(z * hs[-1] + (1 - z) * n)
    return GRURecord(np.stack(hs), np.stack(gates), np.stack(recalled))


def gru_bptt(
    xs: Float[Array, "T *batch n"],
    record: GRURecord,
    weights: CellWeights,
    g_hs: Float[Array, "T *batch H"],
) -> GRUGradients:
    """Backpropagation through time; g_hs[t-1] is what the loss itself sends to h_t."""
    hs, gates, recalled = record
    to_h, to_x, to_r = np.zeros_like(hs), np.zeros_like(gates), np.zeros_like(gates)
    for t in range(len(xs), 0, -1):
        r, z, n = np.split(gates[t - 1], 3, axis=-1)
        to_h[t] += g_hs[t - 1]
        by_n = to_h[t] * (1 - z) * (1 - n**2)
        by_r = by_n * recalled[t - 1] * r * (1 - r)
        by_z = to_h[t] * (hs[t - 1] - n) * z * (1 - z)
        to_x[t - 1] = np.concatenate([by_r, by_z, by_n], axis=-1)
        to_r[t - 1] = np.concatenate([by_r, by_z, by_n * r], axis=-1)
        to_h[t - 1] = to_h[t] * z + to_r[t - 1] @ weights.W_hh
    return GRUGradients(weight_gradients(xs, hs, to_x, to_r), to_x @ weights.W_ih, to_h)


def weight_gradients(xs: Array, hs: Array, by_x: Array, by_h: Array) -> CellWeights:
    """Every step and every sequence of the batch uses the same weights: their shares add up."""
    x, h, by_x, by_h = (a.reshape(-1, a.shape[-1]) for a in (xs, hs[:-1], by_x, by_h))
    return CellWeights(by_x.T @ x, by_h.T @ h, by_x.sum(axis=0), by_h.sum(axis=0))


def cell_gradient(fs: Float[Array, "T *batch H"]) -> Float[Array, "*batch H"]:
    """d c_T / d c_0 of every cell while the gates are held fixed: the product of its f_t."""
    check_sequence(fs)
    return np.prod(fs, axis=0)


def forget_bias(steps: int | float, kept: float = 0.5) -> float:
    """The bias b with sigma(b)^steps = kept: what keeps that share of the gradient."""
    if not (steps > 0 and 0 < kept < 1):
        raise ValueError(
            f"steps must be above 0 and kept between 0 and 1: got steps={steps}, kept={kept}. "
            "Ask for a share such as kept=0.5; no finite bias keeps everything."
        )
    log_f = math.log(kept) / steps
    return log_f - math.log(-math.expm1(log_f))  # log of f / (1 - f), exact when f is near 1


def check_sequence(xs: Array) -> None:
    if xs.ndim == 0 or len(xs) == 0:
        raise ValueError(
            f"a sequence needs at least one step: got shape {xs.shape}. Time is the first axis."
        )


def check_cell(weights: CellWeights, gates: int, x: Array, *states: Array) -> None:
    """The weights hold that many gates, and x and the states fit them."""
    rows, hidden, inputs = len(weights.W_ih), weights.W_hh.shape[-1], weights.W_ih.shape[-1]
    shapes = [part.shape for part in weights]
    if rows != gates * hidden or shapes != [(rows, inputs), (rows, hidden), (rows,), (rows,)]:
        raise ValueError(
            f"weights must have {gates} blocks of H rows, (W_ih, W_hh, b_ih, b_hh) of shapes "
            f"({gates}H, n), ({gates}H, H), ({gates}H,), ({gates}H,): got {shapes}. "
            "Take them from a torch cell of this kind."
        )
    if x.ndim == 0 or x.shape[-1] != inputs or any(s.shape[-1:] != (hidden,) for s in states):
        raise ValueError(
            f"an input needs {inputs} entries and a state {hidden}, on the last axis: got x of "
            f"shape {x.shape} and states of shapes {[s.shape for s in states]}."
        )
