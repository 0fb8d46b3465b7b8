"""The independent judge of derivatives: torch's automatic differentiation in float64.

Nothing here uses our own formulas. torch is loaded when the first derivative is asked for.
"""

from collections.abc import Callable
from typing import Any

import numpy as np


def value(name: str, z: Any) -> np.ndarray:
    """The torch function `name` (sigmoid, tanh, relu, ...) of z, elementwise, in float64."""
    return _function(name)(_tensor(z)).numpy()


def slope(name: str, z: Any) -> np.ndarray:
    """Its derivative at each z, by autograd."""
    import torch

    inputs = _tensor(z).requires_grad_()
    (gradient,) = torch.autograd.grad(_function(name)(inputs).sum(), inputs)
    return gradient.numpy()


def gradient(function: Callable, at: Any) -> np.ndarray:
    """The gradient of a scalar torch function with respect to its one array argument."""
    import torch

    inputs = _tensor(at).requires_grad_()
    (result,) = torch.autograd.grad(function(inputs), inputs)
    return result.numpy()


def jacobian(function: Callable, at: Any) -> np.ndarray:
    """The Jacobian of a torch function of one vector, shape (outputs, inputs)."""
    import torch

    return torch.autograd.functional.jacobian(function, _tensor(at)).numpy()


def _function(name: str) -> Callable:
    import torch

    return getattr(torch, name, None) or getattr(torch.nn.functional, name)


def _tensor(values: Any) -> Any:
    import torch

    return torch.tensor(np.asarray(values, dtype=np.float64))
