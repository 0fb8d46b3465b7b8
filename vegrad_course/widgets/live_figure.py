"""The living figure: one widget class for every description."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import anywidget
import traitlets

from vegrad_course.scenes.model import Control, Figure, Scene, spec
from vegrad_course.widgets.javascript import widget_module
from vegrad_course.widgets.payload import payload


class ControlValue(traitlets.TraitType):
    """A control's value; one out of range is refused with the control's own words."""

    def __init__(self, control: Control) -> None:
        super().__init__(control.value, help=control.label)
        self.control = control
        self.tag(sync=True, echo_update=False)

    def validate(self, obj: Any, value: object) -> Any:
        try:
            return self.control.check(value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


class LiveFigure(anywidget.AnyWidget):
    """A figure that answers while its controls move.

    Every control is a trait: read `figure.depth`, set `figure.depth = 20`, watch it with
    `figure.observe(handler, "depth")`. `values` holds them all. The browser keeps one request in
    flight and sends only the newest values after it, so a drag never queues.
    """

    _ipython_display_ = None  # ipywidgets 7 has one, which would leave the picture out
    _esm = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    seq = traitlets.Int().tag(sync=True, echo_update=False)  # requests of the browser
    answered = traitlets.Int().tag(sync=True)  # the last of them that got its answer

    def __init__(self, figure: Figure, **values: object) -> None:
        clash = [c.name for c in figure.controls if hasattr(type(self), c.name)]
        if clash:
            raise ValueError(
                f"A control cannot be called {clash[0]!r}: a widget already has that. Rename it."
            )
        self._figure = figure
        self._batching = self._stale = False
        traits = {control.name: ControlValue(control) for control in figure.controls}
        self.add_traits(**traits)
        super().__init__(_esm=widget_module(figure.twin), spec=spec(figure), **figure.check(values))
        self.observe(self._on_control, names=list(traits))
        if not figure.twin:
            self._send_scene()

    @property
    def figure(self) -> Figure:
        """The description."""
        return self._figure

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of all controls, to read; set them by name, `figure.depth = 20`."""
        return MappingProxyType({c.name: getattr(self, c.name) for c in self._figure.controls})

    def compute(self) -> Scene:
        """The scene at the present values; what compute raises comes through."""
        return self._figure.scene(**self.values)

    def _on_control(self, change: object) -> None:
        self._stale = True
        if not self._batching and not self._figure.twin:
            self._send_scene()

    def _send_scene(self) -> None:
        """Compute and send; an error becomes the message, and the last good picture stays."""
        self._stale = False
        with self.hold_sync():
            try:
                self.scene, self.message = payload(self.compute()), ""
            except Exception as error:  # what a learner's function raises is shown, not raised
                self.message = f"{type(error).__name__}: {error}"
            self.answered = self.seq

    @contextmanager
    def _batch(self) -> Iterator[None]:
        self._batching = True
        try:
            yield
        finally:
            self._batching = False

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """A request from the browser: all its values at once, then one computation."""
        with self._batch():
            try:
                super().set_state(sync_data)
            except traitlets.TraitError as error:
                self.message, self.answered = str(error), self.seq
        if self._stale and not self._figure.twin:
            self._send_scene()

    def to_png(self, dpi: int = 110) -> bytes:
        """The static picture at the present values."""
        from vegrad_course.plots import render_png

        return render_png(self.compute(), dpi)

    def to_html(self, path: str | Path) -> Path:
        """Write the figure as one page that needs no kernel and no network."""
        from vegrad_course.widgets.page import page

        path = Path(path)
        path.write_text(page(self._figure, dict(self.values)), encoding="utf-8")
        return path

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view for front ends with widgets; for all others a picture with its words."""
        from vegrad_course.plots.show import bundle, problem_bundle

        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        try:
            scene = self.compute()
            still = bundle(self.to_png(dpi=90), scene.alt)
        except Exception as error:
            still = problem_bundle(f"{type(error).__name__}: {error}")
        return data | still, metadata
