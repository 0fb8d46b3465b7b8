"""The size of the gradient in each layer, exact from the smallest to the largest float."""

import math
from typing import Any

import numpy as np

SAFE = (1e-15, 1e15)  # between these the squares in a norm neither underflow nor overflow float32


def layers(model: Any) -> dict[str, list[Any]]:
    """Parameters that learn, by the module that holds them, in the order of `model.modules()`."""
    held = {
        name or "model": [p for p in module.parameters(recurse=False) if p.requires_grad]
        for name, module in model.named_modules()
    }
    return {name: parameters for name, parameters in held.items() if parameters}


def log10_norms(groups: list[list[Any]]) -> np.ndarray:
    """log10 of the Euclidean norm of each group's gradient, shape (len(groups),).

    -inf where every entry is exactly zero, inf where one is not finite, NaN without a gradient.
    """
    return np.array([log10_norm([p.grad for p in group]) for group in groups])


def log10_norm(gradients: list[Any]) -> float:
    sizes = [norm(g.detach()) for g in gradients if g is not None and g.numel()]
    if not sizes:
        return math.nan
    total = math.hypot(*sizes)
    if not math.isfinite(total):
        return math.inf
    return math.log10(total) if total else -math.inf


def norm(gradient: Any) -> float:
    """The norm; outside SAFE, where squares are lost, the largest entry is divided out first."""
    from torch.linalg import vector_norm

    gradient = gradient.coalesce().values() if gradient.is_sparse else gradient
    size = float(vector_norm(gradient))
    if SAFE[0] < size < SAFE[1]:
        return size
    largest = float(gradient.abs().max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(vector_norm(gradient.double() / largest))
