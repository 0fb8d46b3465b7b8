"""The living figure of a run."""

import contextlib
from typing import Any

import anywidget
from IPython.display import display

from vegrad_course.widgets.live_figure import LiveFigure
from vegrad_course.widgets.training.picture import picture
from vegrad_course.widgets.training.run import Run


class TrainingFigure(LiveFigure):
    """Live only while the run goes on; the static picture, which takes longer, comes at its end."""

    def __init__(self, run: Run) -> None:
        super().__init__(picture(run, kernel_id()))

    def refresh(self) -> None:
        self._send_scene()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if self.values["running"]:
            return anywidget.AnyWidget._repr_mimebundle_(self, **kwargs)
        return super()._repr_mimebundle_(**kwargs)


class Notebook:
    """The figure under the cell; when the loop ends the cell also keeps a static picture."""

    def __init__(self, run: Run) -> None:
        self.figure: Any = TrainingFigure(run)

    def open(self, run: Run) -> None:
        self.figure.running = True
        self.handle = display(self.figure, display_id=True)

    def show(self, run: Run) -> None:
        self.figure.refresh()

    def close(self, run: Run) -> None:
        self.figure.running = False
        self.handle.update(self.figure)


def kernel_id() -> str:
    """The id by which the Jupyter server knows this kernel; "" without one."""
    with contextlib.suppress(Exception):
        from ipykernel.connect import get_connection_file

        return get_connection_file().rpartition("kernel-")[2].removesuffix(".json")
    return ""
