"""A blank sheet with one Axes, in the course's look."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from vegrad_course.plots.style import style


def axes(title: str, xlabel: str, ylabel: str, *, height: float = 3.4) -> tuple[Canvas, Axes]:
    """A figure and its Axes. The title states the finding; `height` is in inches."""
    with style():
        sheet = Canvas(figsize=(7.4, height), layout="constrained")
        ax = sheet.subplots()
        ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return sheet, ax
