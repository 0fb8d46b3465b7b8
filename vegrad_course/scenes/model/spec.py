"""The description as JSON, for the browser."""

from dataclasses import asdict
from typing import Any

from vegrad_course.scenes.model.figure import Figure


def spec(figure: Figure) -> dict[str, Any]:
    """Everything of the figure but its functions; controls and marks carry their `kind`."""
    return {
        "name": figure.name,
        "title": figure.title,
        "describe": figure.describe,
        "columns": figure.columns,
        "share_x": figure.share_x,
        "controls": [kinded(control) for control in figure.controls],
        "panels": [
            {
                "title": panel.title,
                "x": asdict(panel.x),
                "y": asdict(panel.y),
                "height": panel.height,
                "equal": panel.equal,
                "marks": [kinded(mark) for mark in panel.marks],
            }
            for panel in figure.panels
        ],
    }


def kinded(part: Any) -> dict[str, Any]:
    return {"kind": type(part).__name__, **asdict(part)}
