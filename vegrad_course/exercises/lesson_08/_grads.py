"""Gradients of several layers for the cases, and torch's word on how they are clipped."""

import numpy as np

SHAPES = ((3, 4), (3,), (2, 3), (2,))


def layers(rng, *norms):
    """One random array per norm given, each of exactly this norm."""
    grads = [rng.normal(size=shape) for shape in SHAPES[: len(norms)]]
    return [norm * g / np.linalg.norm(g) for norm, g in zip(norms, grads, strict=True)]


def clipped_by_torch(grads, max_norm):
    """The gradients as torch clips them, or None where torch refuses."""
    import torch

    tensors = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    theirs = [torch.tensor(g) for g in grads]
    for tensor, g in zip(tensors, theirs, strict=True):
        tensor.grad = g  # clipped in place
    try:
        torch.nn.utils.clip_grad_norm_(tensors, max_norm, error_if_nonfinite=True)
    except RuntimeError:
        return None
    return [g.numpy() for g in theirs]
