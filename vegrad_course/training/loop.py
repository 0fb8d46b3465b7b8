"""The plain loop over networks with `torch.nn`, as one would write it first."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from vegrad_course.training.activations import ACTIVATIONS
from vegrad_course.training.bar import Advance, bar
from vegrad_course.training.data import Examples, Tensors, as_tensors
from vegrad_course.training.network import Network, check_networks, initial_layers
from vegrad_course.training.recipe import Recipe, batches
from vegrad_course.training.result import Result, result_of

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def train_one_by_one(
    networks: Sequence[Network], recipe: Recipe, data: Examples, progress: bool = True
) -> list[Result]:
    """The same as `train`, one network after another: what `train` is measured against."""
    tensors = as_tensors(data, recipe.dtype)
    with bar(len(networks) * recipe.steps, progress) as advance:
        return [train_one(one, recipe, tensors, advance) for one in check_networks(networks)]


def train_one(network: Network, recipe: Recipe, data: Tensors, advance: Advance) -> Result:
    model = build(network, data)
    optimizer = OPTIMIZERS[recipe.optimizer](
        model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay
    )
    losses = np.full(recipe.steps, np.nan)
    for step, chosen in enumerate(torch.tensor(batches(network, recipe, len(data.x_train)))):
        loss = nn.functional.cross_entropy(model(data.x_train[chosen]), data.y_train[chosen])
        losses[step] = loss.item()
        if not np.isfinite(losses[step]):
            advance(recipe.steps - step)
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        advance(1)
    train = accuracy(model, data.x_train, data.y_train)
    return result_of(network, recipe, losses, train, accuracy(model, data.x_test, data.y_test))


def build(network: Network, data: Tensors) -> nn.Sequential:
    """The network with its initial weights."""
    parts: list[nn.Module] = []
    for layer in initial_layers(network, data.x_train.shape[1], data.classes):
        fan_out, fan_in = layer.weight.shape
        linear = nn.Linear(fan_in, fan_out, dtype=data.x_train.dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer.weight))
            linear.bias.copy_(torch.tensor(layer.bias))
        parts += [linear, ACTIVATIONS[network.activation].module()]
    return nn.Sequential(*parts[:-1])


@torch.no_grad()
def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """The share of right answers; NaN if any output is not finite."""
    outputs = model(x)
    if not outputs.isfinite().all():
        return float("nan")
    return (outputs.argmax(1) == y).to(x.dtype).mean().item()
