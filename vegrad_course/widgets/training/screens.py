"""Where a run shows: a figure in a notebook, a bar in a terminal, else one line at the end."""

import sys
from typing import Protocol

from vegrad_course.widgets.training.run import Run


class Screen(Protocol):
    def open(self, run: Run) -> None: ...
    def show(self, run: Run) -> None: ...
    def close(self, run: Run) -> None: ...


def screen(run: Run) -> Screen:
    """The best that this place can show."""
    if in_notebook():
        from vegrad_course.widgets.training.notebook import Notebook

        return Notebook(run)
    from vegrad_course.widgets.training.terminal import Terminal

    return Terminal()


def in_notebook() -> bool:
    """True in a Jupyter kernel; IPython in a terminal has no kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
