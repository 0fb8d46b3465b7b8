"""A figure: controls, a pure function of their values, and the panels that draw its result."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vegrad_course.scenes.model.controls import Control, Value
from vegrad_course.scenes.model.panels import Panel
from vegrad_course.scenes.model.scene import Scene
from vegrad_course.scenes.model.text import fields

Compute = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Figure:
    """The description of a living figure. Title and `describe` are templates.

    `compute(**values)` takes one keyword for each control and returns a dict of arrays, numbers
    and strings; panels name its entries. `twin` lists the JavaScript files that compute the same
    in the browser; the last of them defines `compute`.
    """

    name: str
    title: str
    controls: tuple[Control, ...]
    compute: Compute
    panels: tuple[Panel, ...]
    describe: str
    columns: int = 1
    share_x: bool = False
    twin: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.panels:
            raise ValueError(f"{self.name}: a figure needs at least one panel.")
        names = [control.name for control in self.controls]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: control names must differ: got {', '.join(names)}.")
        try:
            inspect.signature(self.compute).bind(**dict.fromkeys(names))
        except TypeError as error:
            raise ValueError(
                f"{self.name}: compute must take exactly the controls {', '.join(names)}: "
                f"got {inspect.signature(self.compute)} ({error})."
            ) from None
        self.names()

    def names(self) -> set[str]:
        """Every name that the description asks of `compute` or of the controls."""
        panels = set().union(*(panel.names() for panel in self.panels))
        return panels | fields(self.title) | fields(self.describe)

    def defaults(self) -> dict[str, Value]:
        return {control.name: control.value for control in self.controls}

    def check(self, values: Mapping[str, object]) -> dict[str, Value]:
        """All control values, those given checked and the rest at their defaults."""
        controls = {control.name: control for control in self.controls}
        for name in values.keys() - controls.keys():
            raise ValueError(f"{self.name} has the controls {', '.join(controls)}: got {name!r}.")
        given = {name: controls[name].check(value) for name, value in values.items()}
        return self.defaults() | given

    def scene(self, **values: object) -> Scene:
        """The data of the figure at these control values, checked against the description."""
        checked = self.check(values)
        return Scene.of(self, checked, self.compute(**checked))
