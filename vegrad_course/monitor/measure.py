"""From tensors to the numbers of a record. Each function reads, and changes nothing."""

from collections.abc import Sequence
from math import hypot, inf, isfinite, log10, nan

import torch
from torch import Tensor
from torch.linalg import vector_norm

SAFE = (1e-15, 1e15)  # between these the squares in a norm neither underflow nor overflow float32
SAMPLE = 16_384  # entries of a parameter that are copied to see how far a step moved it


def log10_norm(tensors: Sequence[Tensor]) -> float:
    """log10 of the joint Euclidean norm; -inf for zero, NaN where an entry is not finite."""
    total = hypot(*(norm(tensor) for tensor in tensors))
    if not isfinite(total):
        return nan
    return log10(total) if total else -inf


def norm(tensor: Tensor) -> float:
    """The norm; where squares would be lost, the largest entry is divided out first."""
    values = tensor.coalesce().values() if tensor.is_sparse else tensor
    if not values.numel():
        return 0.0
    size = vector_norm(values).item()
    if SAFE[0] < size < SAFE[1]:
        return size
    largest = values.abs().max().item()
    if largest == 0 or not isfinite(largest):
        return largest
    return largest * vector_norm(values.double() / largest).item()


def log10_rms(tensor: Tensor) -> float:
    """log10 of the root mean square of the entries."""
    return log10_norm([tensor]) - log10(max(tensor.numel(), 1)) / 2


def non_finite(tensors: Sequence[Tensor]) -> int:
    """How many entries are NaN or infinite."""
    return sum(int((~torch.isfinite(tensor)).sum()) for tensor in tensors)


def faded(tensors: Sequence[Tensor]) -> bool:
    """Are all entries below the smallest normal number of their type, and not all zero?"""
    largest = max(float(tensor.abs().max()) for tensor in tensors if tensor.numel())
    return 0 < largest < torch.finfo(tensors[0].dtype).tiny


def sample(tensor: Tensor) -> Tensor:
    """A copy of at most SAMPLE entries, evenly spread."""
    flat = tensor.detach().reshape(-1)
    return flat[:: max(1, flat.numel() // SAMPLE)].clone()


def log10_change(before: Sequence[Tensor], after: Sequence[Tensor]) -> float | None:
    """log10 of the norm of the change over the norm before; None where the weights were zero."""
    moved = log10_norm([new - old for new, old in zip(after, before, strict=True)])
    size = log10_norm(before)
    return moved - size if size > -inf else None


def units_last(output: Tensor, channels: bool) -> Tensor:
    """The output with one column per unit: channels of a convolution, features elsewhere."""
    if channels and output.dim() > 2:
        output = output.movedim(1, -1)
    return output.reshape(-1, output.shape[-1]) if output.dim() else output.reshape(1, 1)


def shape_of(output: Tensor, channels: bool) -> dict[str, float | None]:
    """Mean, spread, and how distinct the units are, of a floating-point output."""
    rows = units_last(output.detach(), channels)
    rows = rows[:: max(1, len(rows) // 1024)].float()
    spread, mean = torch.std_mean(rows, correction=0)
    return {"mean": float(mean), "spread": float(spread), "distinct": _distinct(rows)}


def _distinct(rows: Tensor) -> float | None:
    """How far the units of a row lie apart, over their size; None for a single unit."""
    if rows.shape[1] < 2:
        return None
    between = (rows - rows.mean(dim=1, keepdim=True)).square().mean()
    size = rows.square().mean()
    return float((between / size).sqrt()) if size > 0 else 0.0
