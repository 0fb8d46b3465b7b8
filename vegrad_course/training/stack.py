"""Many networks of one shape as one: layer l of all of them is one batched matrix product."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from vegrad_course.training.activations import ACTIVATIONS
from vegrad_course.training.data import Tensors
from vegrad_course.training.network import Network, initial_layers
from vegrad_course.training.optimizers import OPTIMIZERS
from vegrad_course.training.recipe import Recipe


class Stack:
    """K networks of equal depth, width and activation.

    Weights are (K, n_l, n_{l-1}), biases (K, 1, n_l), activations (K, batch, n_l). The arrays of
    a training step are made once and used again in every step.
    """

    def __init__(self, networks: Sequence[Network], recipe: Recipe, data: Tensors) -> None:
        self.f, self.batch = ACTIVATIONS[networks[0].activation], recipe.batch
        drawn = [initial_layers(one, data.x_train.shape[1], data.classes) for one in networks]
        layers = list(zip(*drawn, strict=True))
        like = data.x_train
        self.weights = [like.new_tensor(np.stack([one.weight for one in l])) for l in layers]
        self.biases = [like.new_tensor(np.stack([one.bias[None] for one in l])) for l in layers]
        self.optimizer = OPTIMIZERS[recipe.optimizer](recipe, self.weights, self.biases)
        self.zs = [like.new_empty(len(networks), recipe.batch, b.shape[2]) for b in self.biases]
        same = self.f.from_output
        self.activations = [z if same else torch.empty_like(z) for z in self.zs[:-1]]
        self.deltas = [torch.empty_like(self.zs[0]) for _ in range(2)]

    def forward(self, x: Tensor) -> Tensor:
        """z_l = a_{l-1} W_l^T + b_l, a_l = f(z_l): the outputs (K, batch, classes)."""
        a = x
        for W, b, z, out in zip(
            self.weights, self.biases, self.zs, [*self.activations, None], strict=True
        ):
            torch.baddbmm(b, a, W.mT, out=z)
            if out is not None:
                self.f.forward(z, out)
                a = out
        return z

    def backward(self, x: Tensor, delta: Tensor) -> None:
        """delta_{l-1} = (delta_l W_l) f'(z_{l-1}), and a step of each layer on the way."""
        for l in reversed(range(len(self.weights))):
            a = self.activations[l - 1] if l else x
            before = self.deltas[l % 2]
            if l:
                torch.bmm(delta, self.weights[l], out=before)
                self.f.backward(before, self.zs[l - 1])
            self.optimizer.layer(l, delta, a)
            delta = before
        self.optimizer.step()

    def step(self, x: Tensor, y: Tensor) -> Tensor:
        """One step on batches x (K, batch, features), y (K, batch): the losses (K,) before it."""
        log_p = torch.log_softmax(self.forward(x), 2)
        answers = y[:, :, None]
        losses = -log_p.gather(2, answers).mean((1, 2))
        delta = log_p.exp_().scatter_add_(2, answers, log_p.new_full(answers.shape, -1.0))
        self.backward(x, delta.div_(x.shape[1]))
        return losses

    def accuracy(self, x: Tensor, y: Tensor) -> Tensor:
        """The share of right answers on x (examples, features), (K,); NaN if any output is."""
        rows = torch.arange(-(-len(x) // self.batch) * self.batch) % len(x)
        parts = [x[part].expand(len(self.weights[0]), -1, -1) for part in rows.split(self.batch)]
        outputs = torch.cat([self.forward(part).clone() for part in parts], 1)[:, : len(x)]
        right = (outputs.argmax(2) == y).to(x.dtype).mean(1)
        return right.where(outputs.isfinite().all(2).all(1), torch.nan)
