"""Sees activation functions as they are called, as modules or as plain functions."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

FLAT = 0.05  # a slope under this share of the steepest one counts as saturated


def _tanh_slope(a: Tensor) -> Tensor:
    return 1 - a * a


def _sigmoid_slope(a: Tensor) -> Tensor:
    return 4 * a * (1 - a)


SLOPES = {"tanh": _tanh_slope, "sigmoid": _sigmoid_slope}  # from the output, over the steepest
RECTIFIERS = {"relu", "relu6"}
NAMES: dict[Any, str] = {
    torch.tanh: "tanh", Tensor.tanh: "tanh", Tensor.tanh_: "tanh", torch.tanh_: "tanh",
    F.tanh: "tanh", torch.sigmoid: "sigmoid", Tensor.sigmoid: "sigmoid",
    Tensor.sigmoid_: "sigmoid", torch.sigmoid_: "sigmoid", F.sigmoid: "sigmoid",
    torch.relu: "relu", Tensor.relu: "relu", Tensor.relu_: "relu", torch.relu_: "relu",
    F.relu: "relu", F.relu6: "relu6", F.leaky_relu: "leaky_relu", F.elu: "elu", F.selu: "selu",
    F.gelu: "gelu", F.silu: "silu", F.mish: "mish", F.softplus: "softplus",
}  # fmt: skip


def saturated(name: str, output: Tensor) -> float | None:
    """The share of outputs whose slope is under FLAT of the steepest; None for other functions."""
    if name not in SLOPES:
        return None
    slopes = SLOPES[name](output.detach().float())
    return float((slopes < FLAT).float().mean())


def silent_units(name: str, rows: Tensor) -> Tensor | None:
    """Which units (columns) of a rectifier are zero in every row; None for other functions."""
    return (rows <= 0).all(dim=0) if name in RECTIFIERS else None


class ActivationMode(TorchFunctionMode):
    """While it is on, `see(name, output)` is called for every activation function.

    torch switches the mode off inside the handler, so a function that calls another counts once.
    """

    def __init__(self, see: Callable[[str, Tensor], None]) -> None:
        super().__init__()
        self.see = see

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        name = NAMES.get(func)
        if name and isinstance(output, Tensor):
            self.see(name, output.detach())
        return output
