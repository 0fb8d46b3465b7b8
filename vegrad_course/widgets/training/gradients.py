"""The size of the gradient in each layer, exact from the smallest to the largest float."""

import math
from typing import Any

import numpy as np


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
    from vegrad_course.monitor import measure

    found = [g.detach() for g in gradients if g is not None and g.numel()]
    if not found:
        return math.nan
    value = measure.log10_norm(found)
    return math.inf if math.isnan(value) else value
