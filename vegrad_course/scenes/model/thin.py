"""Thinning for display: a screen has about a thousand columns, an array may have ten million."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from vegrad_course.scenes.model.panels import Panel

POINTS = 800  # a longer array is thinned to at most this many points
CELLS = 64  # a larger heat map or image is thinned to at most this many rows and columns


def thinned(data: dict[str, Any], panels: "tuple[Panel, ...]") -> dict[str, Any]:
    """The data with long arrays thinned; arrays of one length are thinned alike, so pairs stay."""
    marks = [mark for panel in panels for mark in panel.marks]
    curves = {getattr(m, f) for m in marks for f in m.arrays if f in ("y", "low", "high")}
    data = dict(data)
    grid = {getattr(m, f) for m in marks if "z" in m.arrays for f in m.arrays}
    for name in grid:
        data[name] = data[name][tuple(slice(None, None, -(-n // CELLS)) for n in data[name].shape)]
    flat = {k: v for k, v in data.items() if isinstance(v, np.ndarray) and k not in grid}
    for length in {len(array) for array in flat.values() if len(array) > POINTS}:
        alike = [name for name, array in flat.items() if len(array) == length]
        drawn = [name for name in alike if name in curves]
        columns = max(POINTS // (2 * len(drawn)), 1)
        keep = np.unique(np.concatenate([extremes(flat[name], columns) for name in drawn]))
        data |= {name: flat[name][keep] for name in alike}
    return data


def extremes(y: np.ndarray, columns: int) -> np.ndarray:
    """Indices of the smallest and the largest value in each of `columns` stretches of y (n,)."""
    width = -(-len(y) // columns)
    whole = len(y) // width * width
    rows = y[:whole].reshape(-1, width)
    start = np.arange(0, whole, width)
    low = start + np.argmin(np.where(np.isnan(rows), np.inf, rows), axis=1)
    high = start + np.argmax(np.where(np.isnan(rows), -np.inf, rows), axis=1)
    return np.concatenate([[0], low, high, [len(y) - 1]])
