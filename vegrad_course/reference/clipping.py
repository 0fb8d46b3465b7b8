"""Gradient clipping: a limit for each entry, or one limit for the length of the whole gradient.

The whole gradient is a list of arrays, one per parameter. Its norm is that of all entries together.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

Gradients = Sequence[Float[np.ndarray, "..."]]


def global_norm(grads: Gradients) -> np.floating:
    """The length of all gradients laid end to end: the root of the sum of all squared entries."""
    if len(grads) == 0:
        raise ValueError("grads must hold at least one array: got none. Pass all parameters.")
    return np.linalg.norm([np.linalg.norm(g) for g in grads])


def clip_by_value(g: Float[np.ndarray, "*shape"], limit: float) -> Float[np.ndarray, "*shape"]:
    """Every entry moved into [-limit, limit]. The direction changes; a nan stays a nan."""
    _check_limit("limit", limit)
    return np.clip(g, -limit, limit)


def clip_global_norm(grads: Gradients, max_norm: float) -> list[Float[np.ndarray, "..."]]:
    """All arrays times min(1, max_norm / global norm). The direction stays.

    ValueError if the norm is nan or inf: no factor brings such a gradient back.
    Source: Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks
    (2013), algorithm 1.
    """
    _check_limit("max_norm", max_norm)
    norm = global_norm(grads)
    if not np.isfinite(norm):
        raise ValueError(
            f"the norm of a gradient must be finite to be clipped: got {norm}. "
            "Skip this step, and find the layer where the nan or inf was made."
        )
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in grads]


def _check_limit(name: str, limit: float) -> None:
    if not limit > 0:
        raise ValueError(f"{name} must be positive: got {limit}. Choose how large a step may be.")
