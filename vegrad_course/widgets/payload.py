"""A scene on its way to the browser: arrays as bytes, texts and values as they are."""

import base64
from typing import Any

import numpy as np

from vegrad_course.scenes.model import HeatMap, Image, Scene


def payload(scene: Scene) -> dict[str, Any]:
    """{"values", "texts", "arrays": {name: {"type", "shape", "bytes"}}}; bytes are raw."""
    cells = {m.z for p in scene.figure.panels for m in p.marks if isinstance(m, (HeatMap, Image))}
    arrays = {name: packed(name in cells, v) for name, v in scene.data.items() if must_pack(v)}
    texts = {name: v for name, v in scene.data.items() if not must_pack(v)}
    return {"values": scene.values, "texts": texts, "arrays": arrays}


def must_pack(value: object) -> bool:
    """True for arrays, and for NaN and infinity, which JSON cannot hold."""
    return isinstance(value, np.ndarray) or (isinstance(value, float) and not np.isfinite(value))


def packed(cells: bool, value: Any) -> dict[str, Any]:
    array = np.asarray(value, dtype=float)
    if cells:
        return as_bytes(array)
    with np.errstate(over="ignore", under="ignore"):
        small = array.astype(np.float32)
    enough = np.allclose(small, array, rtol=1e-6, atol=0, equal_nan=True)
    narrow = small if enough else array
    kind = "f4" if enough else "f8"
    return {"type": kind, "shape": list(array.shape), "bytes": narrow.astype("<" + kind).tobytes()}


def as_bytes(z: np.ndarray) -> dict[str, Any]:
    """Cells in 255 steps from the lowest to the highest; 255 stands for NaN and infinity."""
    shown = np.isfinite(z)
    low, high = float(z[shown].min()), float(z[shown].max())
    with np.errstate(invalid="ignore"):
        steps = np.where(shown, np.round((z - low) / ((high - low) or 1) * 254), 255)
    ends = {"low": low, "high": high}
    return {"type": "u1", "shape": list(z.shape), "bytes": steps.astype("u1").tobytes(), **ends}


def as_text(packed_scene: dict[str, Any]) -> dict[str, Any]:
    """The payload with bytes in base64, for a page."""
    arrays = {
        name: {**array, "bytes": base64.b64encode(array["bytes"]).decode()}
        for name, array in packed_scene["arrays"].items()
    }
    return {**packed_scene, "arrays": arrays}
