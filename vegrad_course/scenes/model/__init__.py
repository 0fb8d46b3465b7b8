"""The words in which a figure is described. Pure data: no drawing, no browser."""

from vegrad_course.scenes.model.controls import Choice, Control, Play, Slider, Toggle, Value
from vegrad_course.scenes.model.figure import Figure
from vegrad_course.scenes.model.marks import (
    Area,
    Band,
    Bars,
    HeatMap,
    Image,
    Label,
    Line,
    Mark,
    Points,
    Rule,
)
from vegrad_course.scenes.model.panels import Axis, Panel
from vegrad_course.scenes.model.scene import Scene, SceneError
from vegrad_course.scenes.model.spec import spec

__all__ = [
    "Area", "Axis", "Band", "Bars", "Choice", "Control", "Figure", "HeatMap", "Image", "Label",
    "Line", "Mark", "Panel", "Play", "Points", "Rule", "Scene", "SceneError", "Slider", "Toggle",
    "Value",
    "spec",
]  # fmt: skip
