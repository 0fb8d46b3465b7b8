"""Static pictures in a notebook, always with words for readers who cannot see them."""

import base64
from html import escape
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from vegrad_course.plots.draw import png


class Still:
    """A picture and its text alternative; a notebook shows it as the last value of a cell."""

    def __init__(self, picture: bytes, alt: str) -> None:
        self.picture, self.alt = picture, alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return bundle(self.picture, self.alt)


def show(drawing: Canvas | Axes, *, alt: str) -> Still:
    """A static figure for a notebook. `alt` says in a sentence what there is to see."""
    sheet = drawing.figure if isinstance(drawing, Axes) else drawing
    if not isinstance(sheet, Canvas):
        raise TypeError(f"show needs a matplotlib Figure or Axes: got {type(drawing).__name__}.")
    if not alt.strip():
        raise ValueError("alt must say what the figure shows: got nothing. Write one sentence.")
    for legend in filter(None, (ax.get_legend() for ax in sheet.axes)):
        legend.set_frame_on(False)
    return Still(png(sheet), alt)


def bundle(picture: bytes, alt: str) -> dict[str, Any]:
    """The same picture for every front end: HTML with alt text, a PNG, and plain words."""
    data = base64.b64encode(picture).decode()
    html = f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}" style="max-width:100%">'
    return {"text/html": html, "image/png": data, "text/plain": alt}


def problem_bundle(message: str) -> dict[str, Any]:
    """What stands in the picture's place when it could not be drawn."""
    return {"text/html": f"<p>{escape(message)}</p>", "text/plain": message}
