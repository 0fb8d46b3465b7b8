"""One page with a living figure and no kernel: a twin computes, or a table holds the scenes."""

import json
import math
from dataclasses import replace
from html import escape
from itertools import product
from typing import Any

import numpy as np

from vegrad_course.scenes.model import Figure, Slider, spec
from vegrad_course.widgets.javascript import css, module
from vegrad_course.widgets.payload import as_text, payload

BYTES = 900_000  # for the table of one figure

MODEL = """
const state = __STATE__, table = __TABLE__, listeners = {};
const fire = name => (listeners[name] || []).slice().forEach(f => f());
const position = c => c.options ? c.options.indexOf(state[c.name])
  : c.kind === "Toggle" ? +state[c.name] : Math.round(toIndex(c, state[c.name]));
const model = {
  get: name => state[name],
  set(name, value) {
    if (state[name] === value) return;
    state[name] = value;
    fire(`change:${name}`);
  },
  on: (name, f) => { (listeners[name] ||= []).push(f); },
  off: (name, f) => { listeners[name] = (listeners[name] || []).filter(g => g !== f); },
  save_changes() {
    if (!table) return;
    const at = state.spec.controls.reduce((i, c, k) => i * table.sizes[k] + position(c), 0);
    const { values, texts, arrays } = table.scenes[at];
    model.set("scene", { values, texts, arrays: { ...table.common, ...arrays } });
  },
};
model.save_changes();
render({ model, el: document.querySelector("main") });
"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>__TITLE__</title>
<style>body { margin: 12px; }
__CSS__</style>
<main></main>
<script type="module">
__SCRIPT__
</script>
</html>
"""


def page(figure: Figure, values: dict[str, Any]) -> str:
    """The whole page as text, starting at these control values."""
    figure = with_controls(figure, [replace(c, value=values[c.name]) for c in figure.controls])
    table = None
    if not figure.twin:
        figure, table = tabulate(figure)
    state = {"spec": spec(figure), "scene": {}, "message": "", "seq": 0, **figure.defaults()}
    script = module(figure.twin) + MODEL.replace("__STATE__", js(state))
    script = script.replace("__TABLE__", js(table))
    text = PAGE.replace("__TITLE__", escape(figure.name.replace("_", " ")))
    return text.replace("__CSS__", css()).replace("__SCRIPT__", script)


def js(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def tabulate(figure: Figure) -> tuple[Figure, dict[str, Any]]:
    """The figure with sliders coarse enough that all its scenes fit in BYTES, and the scenes."""
    figure = fitting(figure)
    grids = [grid(control) for control in figure.controls]
    scenes = [
        as_text(payload(figure.scene(**dict(zip(figure.defaults(), at, strict=True)))))
        for at in product(*grids)
    ]
    common = shared([scene["arrays"] for scene in scenes])
    for scene in scenes:
        scene["arrays"] = {k: v for k, v in scene["arrays"].items() if k not in common}
    return figure, {"scenes": scenes, "common": common, "sizes": [len(g) for g in grids]}


def fitting(figure: Figure) -> Figure:
    """Coarser until it fits; every slider still stops at exactly the value where it starts."""
    figure = with_controls(figure, [anchored(c) for c in figure.controls])
    one = len(js(as_text(payload(figure.scene()))))
    while np.prod([len(c.positions()) for c in figure.controls]) * one > BYTES:
        figure = coarser(figure)
    return figure


def coarser(figure: Figure) -> Figure:
    """The same figure with the step of its finest slider doubled."""
    sliders = [c for c in figure.controls if isinstance(c, Slider)]
    finest = max(sliders, key=lambda c: len(c.positions()), default=None)
    if finest is None or len(finest.positions()) < 4:
        raise ValueError(
            f"{figure.name}: its scenes do not fit in {BYTES} bytes. Give it fewer controls, "
            "shorter arrays, or a twin."
        )
    wide = anchored(replace(finest, step=2 * finest.step))
    return with_controls(figure, [wide if c is finest else c for c in figure.controls])


def with_controls(figure: Figure, controls: list[Any]) -> Figure:
    return replace(figure, controls=tuple(controls))


def anchored(control: Any) -> Any:
    """A slider with its minimum raised, by less than a step, so that steps lead to its value."""
    if not isinstance(control, Slider):
        return control
    low, step, value = control.min, control.step, control.value
    if control.log:
        least = value / 10 ** (math.floor(math.log10(value / low) / step + 1e-9) * step)
    else:
        exact = value - math.floor((value - low) / step + 1e-9) * step
        least = round(exact, 9 - math.floor(math.log10(step)))
    return replace(control, min=max(low, least))


def grid(control: Any) -> list[Any]:
    """The positions of an anchored control, its value among them without the rounding of a sum."""
    spots = control.positions()
    if not isinstance(control, Slider):
        return spots
    near = min(spots, key=lambda spot: abs(spot - control.value))
    return [control.value if spot == near else spot for spot in spots]


def shared(all_arrays: list[dict[str, Any]]) -> dict[str, Any]:
    """The arrays that are the same in every scene."""
    first, *rest = all_arrays
    return {k: v for k, v in first.items() if all(other.get(k) == v for other in rest)}
