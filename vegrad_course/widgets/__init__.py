"""Living figures for notebooks."""

from vegrad_course import scenes
from vegrad_course.widgets.explore import explore
from vegrad_course.widgets.live_figure import LiveFigure
from vegrad_course.widgets.live_training import LiveTraining

__all__ = ["LiveFigure", "LiveTraining", "explore", "live"]


def live(name: str, **values: object) -> LiveFigure:
    """The course's figure with this name, its controls at `values` or where they start."""
    return LiveFigure(scenes.figure(name), **values)
