"""One step of the optimiser for a whole stack of networks.

`layer(l, delta, a)` hears of every layer on the way back, and `step()` comes after the last:
delta = dLoss/dz_l (networks, batch, n_l), a = a_{l-1} (networks, batch, n_{l-1}).
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from vegrad_course.training.recipe import Recipe


class SGD:
    """W -= lr delta^T a, in the matrix product itself: the gradient is never stored."""

    def __init__(self, recipe: Recipe, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> None:
        self.lr, self.keep = recipe.lr, 1 - recipe.lr * recipe.weight_decay
        self.weights, self.biases = weights, biases

    def layer(self, l: int, delta: Tensor, a: Tensor) -> None:
        self.weights[l].baddbmm_(delta.mT, a, beta=self.keep, alpha=-self.lr)
        if self.keep != 1:
            self.biases[l].mul_(self.keep)
        self.biases[l].sub_(delta.sum(1, keepdim=True), alpha=self.lr)

    def step(self) -> None:
        """Every layer has stepped already."""


class Adam:
    """torch's own fused kernel; it wants all gradients stored."""

    def __init__(self, recipe: Recipe, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> None:
        self.weights, self.biases = weights, biases
        parameters = [*weights, *biases]
        for parameter in parameters:
            parameter.grad = torch.empty_like(parameter)
        self.adam = torch.optim.Adam(
            parameters, lr=recipe.lr, weight_decay=recipe.weight_decay, fused=True
        )

    def layer(self, l: int, delta: Tensor, a: Tensor) -> None:
        torch.bmm(delta.mT, a, out=self.weights[l].grad)
        torch.sum(delta, 1, keepdim=True, out=self.biases[l].grad)

    def step(self) -> None:
        self.adam.step()


OPTIMIZERS: dict[str, type[SGD] | type[Adam]] = {"sgd": SGD, "adam": Adam}
