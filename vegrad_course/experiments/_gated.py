"""Gated networks as one batch, beside `_recurrent`: LSTM, GRU and a tanh network of one shape.

Weights are stored transposed and stacked by gate in torch's order, i f g o and r z n: a state
(networks, batch, n) times W_h (networks, n, gates * n) is one batched product.
"""

import torch
from torch import Tensor

BLOCKS = {"tanh": 1, "GRU": 3, "LSTM": 4}


def draw(kind: str, seed: int, inputs: int, n: int, bias: float = 0.0) -> list[Tensor]:
    """W_x, W_h, b_x, b_h, readout and its bias of one network; `bias` is the forget bias.

    Every recurrent block is orthogonal, biases are 0, and the readout starts by answering 1.
    """
    generator = torch.Generator().manual_seed(seed)
    gates = BLOCKS[kind] * n
    squares = torch.randn(BLOCKS[kind], n, n, generator=generator)
    W_h = torch.cat(list(torch.linalg.qr(squares)[0]), dim=1)
    W_x = 2 * torch.rand(inputs, gates, generator=generator) - 1
    b_x = torch.zeros(1, gates)
    if kind == "LSTM":
        b_x[:, n : 2 * n] = bias
    readout = torch.randn(n, 1, generator=generator) / n**0.5
    return [W_x, W_h, b_x, torch.zeros(1, gates), readout, torch.ones(1, 1)]


def states(kind: str, weights: list[Tensor], x: Tensor) -> Tensor:
    """The state h after the whole sequence x (batch, T, inputs): (networks, batch, n)."""
    n = weights[1].shape[1]
    h = c = torch.zeros(len(weights[1]), len(x), n)
    for z_x in drive(weights, x).unbind(0):
        z_h = torch.baddbmm(weights[3], h, weights[1])
        if kind == "tanh":
            h = torch.tanh(z_x + z_h)
        elif kind == "GRU":
            r, z = torch.sigmoid(z_x[..., : 2 * n] + z_h[..., : 2 * n]).chunk(2, dim=2)
            h = torch.lerp(torch.tanh(z_x[..., 2 * n :] + r * z_h[..., 2 * n :]), h, z)
        else:
            h, c = lstm_step(z_x + z_h, c)
    return h


def lstm_step(z: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """The next h and c from the four pre-activations side by side."""
    i, f, g, o = z.chunk(4, dim=2)
    c = torch.addcmul(torch.sigmoid(f) * c, torch.sigmoid(i), torch.tanh(g))
    return torch.sigmoid(o) * torch.tanh(c), c


def drive(weights: list[Tensor], x: Tensor) -> Tensor:
    """What the input says to every gate at every step, (T, networks, batch, gates * n)."""
    return x.transpose(0, 1)[:, None] @ weights[0] + weights[2]


def carried(weights: list[Tensor], x: Tensor) -> Tensor:
    """log10 of the gradient that an LSTM's last cells send to its first, for each network.

    x is one sequence (1, T, inputs). In float64, since float32 ends at 1e-45.
    """
    wide, x = [part.detach().double() for part in weights], x.double()
    n = wide[1].shape[1]
    c_0 = torch.zeros(len(wide[1]), 1, n, dtype=torch.float64, requires_grad=True)
    h, c = torch.zeros_like(c_0), c_0 * 1
    for z_x in drive(wide, x).unbind(0):
        h, c = lstm_step(z_x + torch.baddbmm(wide[3], h, wide[1]), c)
    (gradient,) = torch.autograd.grad(c.sum(), c_0)
    return torch.log10(gradient.norm(dim=(1, 2)) / n**0.5)
