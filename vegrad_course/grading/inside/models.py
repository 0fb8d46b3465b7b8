"""Torch's part of the answer format: tensors, and small models made of known layers."""

import sys
from typing import Any

import numpy as np

LAYERS = ("Linear", "Tanh", "ReLU", "Sigmoid")


def as_array(item: Any) -> np.ndarray | None:
    """A torch tensor as an array, or None for anything else. Never loads torch."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(item, torch.Tensor):
        return None
    try:
        return item.detach().cpu().contiguous().numpy()
    except (TypeError, RuntimeError):
        return None


def tensor(array: np.ndarray) -> Any:
    import torch

    return torch.from_numpy(array)


def layers_of(item: Any) -> list | None:
    """A torch Sequential of known layers as plain data: names, sizes, parameters, gradients."""
    torch = sys.modules.get("torch")
    if torch is None or type(item) is not torch.nn.Sequential:
        return None
    return [[type(layer).__name__, _parameters(layer)] for layer in item]


def build(layers: list) -> Any:
    """The model that `layers_of` described."""
    import torch

    return torch.nn.Sequential(*(_layer(name, parameters) for name, parameters in layers))


def _parameters(layer: Any) -> list:
    return [[p.detach().numpy(), p.requires_grad, _numbers(p.grad)] for p in layer.parameters()]


def _numbers(gradient: Any) -> Any:
    return None if gradient is None else gradient.numpy()


def _layer(name: str, parameters: list) -> Any:
    import torch

    if name not in LAYERS:
        raise ValueError(f"layer {name!r} is none of {LAYERS}")
    sizes = [parameters[0][0].shape[1], parameters[0][0].shape[0]] if parameters else []
    layer = getattr(torch.nn, name)(*sizes)
    for p, (value, requires_grad, gradient) in zip(layer.parameters(), parameters, strict=True):
        p.data = torch.from_numpy(value)
        p.requires_grad_(requires_grad)
        p.grad = None if gradient is None else torch.from_numpy(gradient)
    return layer
