"""Deep stacks of fully connected layers on digits, one network per seed, all trained as one.

Every tensor has the seeds as its first axis (after the layers), so one batched product does the
work of all of them. Depth counts the layers between the first one and the readout.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from vegrad_course.datasets import digits

Layers = Sequence[tuple[Tensor, ...]]
Body = Callable[[Tensor, Layers], Tensor]
Accuracy = tuple[float, ...]


def normalised(z: Tensor, gain: Tensor, shift: Tensor) -> Tensor:
    """Batch normalisation of z (seeds, batch, units) by the statistics of this batch."""
    variance, mean = torch.var_mean(z, dim=1, keepdim=True, correction=0)
    return (z - mean) * (variance + 1e-5).rsqrt() * gain + shift


def train(
    body: Body,
    depth: int,
    seeds: Sequence[int],
    *,
    gain: float,
    width: int,
    epochs: int,
    lr: float,
    method: type[torch.optim.Optimizer],
    batch: int = 64,
) -> tuple[Accuracy, Accuracy]:
    """Accuracy after training on the training and on the test share, one value per seed.

    `gain` is where the factor of each unit (or of each branch) starts.
    """
    torch.set_num_threads(1)
    data = digits()
    x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    parameters = _parameters(depth, generators, gain, width)
    optimizer = method(parameters, lr=lr)  # type: ignore[call-arg]
    for _ in range(epochs):
        orders = torch.stack([torch.randperm(len(x), generator=g) for g in generators])
        for rows in orders[:, : len(x) // batch * batch].split(batch, dim=1):
            scores = _scores(body, parameters, x[rows])
            loss = cross_entropy(scores.flatten(0, 1), y[rows].flatten()) * len(seeds)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    test = torch.from_numpy(data.x_test), torch.from_numpy(data.y_test)
    return _accuracy(body, parameters, x, y), _accuracy(body, parameters, *test)


def _parameters(
    depth: int, generators: Sequence[torch.Generator], gain: float, width: int
) -> list[Tensor]:
    """First layer, weights, gains and shifts of all layers, readout and its bias; He's weights."""

    def normal(*shape: int, variance: float) -> Tensor:
        draws = [torch.randn(*shape, generator=generator) for generator in generators]
        return torch.stack(draws, dim=-3) * variance**0.5

    seeds = len(generators)
    tensors = [
        normal(64, width, variance=1 / 64),
        normal(depth, width, width, variance=2 / width),
        torch.full((depth, seeds, 1, width), gain),
        torch.zeros(depth, seeds, 1, width),
        normal(width, 10, variance=1 / width),
        torch.zeros(seeds, 1, 10),
    ]
    return [tensor.requires_grad_() for tensor in tensors]


def _scores(body: Body, parameters: Sequence[Tensor], x: Tensor) -> Tensor:
    first, weights, gains, shifts, readout, bias = parameters
    layers = list(zip(weights.unbind(), gains.unbind(), shifts.unbind(), strict=True))
    return torch.baddbmm(bias, body(x @ first, layers), readout)


def _accuracy(body: Body, parameters: Sequence[Tensor], x: Tensor, y: Tensor) -> Accuracy:
    with torch.no_grad():
        scores = _scores(body, parameters, x.expand(parameters[0].shape[0], -1, -1))
        right = (scores.argmax(dim=2) == y).float().mean(dim=1)
    lost = scores.isnan().any(dim=2).any(dim=1)
    return tuple(right.masked_fill(lost, float("nan")).tolist())
