"""Many small recurrent networks of one shape trained as one: a batch of seeds and settings.

Weights are stored transposed, one matrix per network: a state (networks, batch, n) times W_h
(networks, n, n) is one batched product.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Activation = Callable[[Tensor], Tensor]


def draw(seed: int, inputs: int, n: int, outputs: int, start: str, inward: float) -> list[Tensor]:
    """W_h, W_x, b, readout and its bias of one network. `start` names the recurrent matrix."""
    generator = torch.Generator().manual_seed(seed)
    gaussian = torch.randn(n, n, generator=generator)
    recurrent = {
        "identity": lambda: torch.eye(n),
        "orthogonal": lambda: torch.linalg.qr(gaussian)[0],
        "Gaussian": lambda: gaussian / n**0.5,
    }
    W_x = inward * torch.randn(inputs, n, generator=generator)
    readout = torch.randn(n, outputs, generator=generator) / n**0.5
    return [recurrent[start](), W_x, torch.zeros(1, n), readout, torch.zeros(1, outputs)]


def stack(networks: Sequence[list[Tensor]]) -> list[Tensor]:
    """One tensor per parameter, its first axis the networks."""
    return [torch.stack(parts).requires_grad_() for parts in zip(*networks, strict=True)]


def outputs(weights: list[Tensor], x: Tensor, f: Activation) -> Tensor:
    """What each network says after the whole sequence x (batch, T, inputs)."""
    W_h, W_x, b, readout, bias = weights
    drive = torch.einsum("bti,kin->tkbn", x, W_x).contiguous()
    h = torch.zeros_like(drive[0])
    for part in drive.unbind(0):
        h = f(torch.baddbmm(part + b, h, W_h))
    return torch.baddbmm(bias, h, readout)


def gradient_norms(gradients: Sequence[Tensor]) -> Tensor:
    """The norm of the whole gradient, one number for each network."""
    return torch.stack([(g**2).sum((1, 2)) for g in gradients]).sum(0).sqrt()


def train(
    weights: list[Tensor],
    optimizer: torch.optim.Optimizer,
    limits: Tensor,
    measured: Callable[[], tuple[Tensor, Tensor]],
    steps: int,
) -> tuple[Tensor, Tensor]:
    """Train with each network's gradient clipped at its own limit (inf: never).

    `measured()` draws a batch and gives two numbers for each network: its loss, and what to keep
    of this step. Returned are those kept and the norms before clipping, both (steps, networks).
    """
    kept, norms = [], []
    for _ in range(steps):
        loss, note = measured()
        gradients = torch.autograd.grad(loss.sum(), weights)
        norms.append(gradient_norms(gradients))
        scale = (limits / norms[-1]).clamp(max=1)[:, None, None]
        for part, gradient in zip(weights, gradients, strict=True):
            part.grad = scale * gradient
        optimizer.step()
        kept.append(note.detach())
    return torch.stack(kept), torch.stack(norms)
