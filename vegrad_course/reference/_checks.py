"""The rules that a stack of layers must keep, each with an error that says how to mend it."""

from collections.abc import Sequence, Sized
from itertools import pairwise

import numpy as np


def check_depth(weights: Sized, zs: Sized) -> None:
    """There is at least one layer, and one pre-activation for each."""
    if len(weights) == 0:
        raise ValueError("at least one layer is needed: got none. Pass one weight per layer.")
    if len(weights) != len(zs):
        raise ValueError(
            f"weights and zs need one entry per layer: got {len(weights)} weights and "
            f"{len(zs)} pre-activations. Pass the zs of the forward pass, all of them."
        )


def check_layer(W: np.ndarray, z: np.ndarray) -> None:
    """W has one row per unit, and so has the last axis of z."""
    if W.ndim != 2 or z.ndim == 0 or z.shape[-1] != W.shape[0]:
        raise ValueError(
            f"z must have one entry per row of W: got W of shape {W.shape} and z of shape "
            f"{z.shape}. A layer is z = W @ a, so W is (n_out, n_in) and z is (n_out,)."
        )


def check_product(Ws: Sequence[np.ndarray]) -> None:
    """W_L @ ... @ W_1 exists: each layer takes what the one before it gives."""
    if len(Ws) == 0:
        raise ValueError("at least one matrix is needed: got none. Pass the list of layers.")
    if any(W.ndim != 2 for W in Ws):
        raise ValueError(
            f"every layer must be a matrix: got shapes {[W.shape for W in Ws]}. "
            "Pass a list of (n_out, n_in) arrays."
        )
    for l, (before, after) in enumerate(pairwise(Ws), start=1):
        if after.shape[1] != before.shape[0]:
            raise ValueError(
                f"layer {l + 1} must take the {before.shape[0]} outputs of layer {l}: got shape "
                f"{after.shape}. List the layers from the input to the output."
            )


def check_square(W: np.ndarray) -> None:
    """W can be applied to its own output."""
    if W.ndim != 2 or W.shape[0] != W.shape[1]:
        raise ValueError(
            f"W must be square to be applied again and again: got shape {W.shape}. "
            "For layers of different sizes use the functions that take a list."
        )


def check_finite(Ws: Sequence[np.ndarray]) -> None:
    """No nan and no inf in any layer."""
    for l, W in enumerate(Ws, start=1):
        if not np.all(np.isfinite(W)):
            raise ValueError(
                f"layers must hold finite numbers only: got nan or inf in layer {l}. "
                "Look at what made that matrix."
            )
