"""A blank sheet with one Axes, in the course's look."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.layout_engine import ConstrainedLayoutEngine

from vegrad_course.plots.style import style


def axes(title: str, xlabel: str, ylabel: str, *, height: float = 3.4) -> tuple[Canvas, Axes]:
    """A figure and its Axes. The title states the finding; `height` is in inches."""
    with style():
        room = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)  # inches around the Axes
        sheet = Canvas(figsize=(7.4, height), layout=room)
        ax = sheet.subplots()
        ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return sheet, ax
