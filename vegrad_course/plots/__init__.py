"""Static figures with matplotlib: every function takes data and Axes and returns the Axes."""

from vegrad_course.plots.draw import canvas, draw, render_png
from vegrad_course.plots.sheet import axes
from vegrad_course.plots.show import show
from vegrad_course.plots.style import style

__all__ = ["axes", "canvas", "draw", "render_png", "show", "style"]
