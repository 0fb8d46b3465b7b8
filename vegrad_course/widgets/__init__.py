"""Living figures for notebooks."""

from vegrad_course import scenes
from vegrad_course.widgets.explore import explore
from vegrad_course.widgets.live_figure import LiveFigure

__all__ = ["LiveFigure", "explore", "live"]


def live(name: str, **values: object) -> LiveFigure:
    """The course's figure with this name, its controls at `values` or where they start."""
    return LiveFigure(scenes.figure(name), **values)
