"""One look for every static figure."""

from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
from cycler import cycler

from vegrad_course.scenes.model.palette import COLORS, LIGHT

DASHES = {
    "solid": "-",
    "dash": (0, (4.5, 2.5)),
    "dot": (0, (1.2, 2)),
    "dashdot": (0, (5, 2, 1.2, 2)),
}
MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "x"}

RC: dict[Any, Any] = {
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 24,
    "axes.labelcolor": LIGHT["muted"],
    "axes.edgecolor": LIGHT["muted"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=[LIGHT[name] for name in COLORS[:6]])
    + cycler(linestyle=[*DASHES.values(), "-", (0, (4.5, 2.5))]),
    "grid.color": LIGHT["line"],
    "grid.linewidth": 0.9,
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "text.color": LIGHT["ink"],
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "legend.labelcolor": LIGHT["muted"],
    "lines.linewidth": 2,
    "figure.facecolor": LIGHT["paper"],
    "savefig.facecolor": LIGHT["paper"],
    "axes.formatter.use_mathtext": True,
    "image.cmap": "viridis",
}


def style() -> AbstractContextManager[None]:
    """The look, for the time of a `with` block: create and save figures inside it."""
    return mpl.rc_context(RC)
