"""The one JavaScript module of a figure, joined from short files; there is no build step."""

import base64
import gzip
import json
import re
from functools import cache
from importlib.resources import files

from vegrad_course.scenes.model.palette import DARK, LIGHT

PARTS = ("text", "scales", "marks", "plot", "controls", "stop", "view")
SOURCES = files(__package__)


def source(*path: str) -> str:
    return SOURCES.joinpath(*path).read_text(encoding="utf-8")


@cache
def css() -> str:
    """The style sheet, with the palette as variables for both themes."""
    light, dark = (
        "".join(f"--vg-{name}:{value};" for name, value in colors.items())
        for colors in (LIGHT, DARK)
    )
    return (
        f".vg{{{light}}}"
        f'body[data-jp-theme-light="false"] .vg{{{dark}}}'
        f"@media (prefers-color-scheme:dark){{body:not([data-jp-theme-light]) .vg{{{dark}}}}}"
        + source("live.css")
    )


@cache
def twin(parts: tuple[str, ...]) -> str:
    """The browser's version of `compute`; "" if the figure has none."""
    return "\n".join(source("js", "twins", f"{part}.js") for part in parts)


@cache
def module(parts: tuple[str, ...]) -> str:
    """The renderer and the twin as one module; `view` is the widget."""
    return "\n".join([*(source("js", f"{part}.js") for part in PARTS), twin(parts)])


STYLE = """
const style = document.getElementById("vg-style")
  || document.head.appendChild(Object.assign(document.createElement("style"), { id: "vg-style" }));
style.textContent = CSS;
export default view;
"""

LOADER = """const bytes = Uint8Array.from(atob("%s"), c => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const code = new Blob([await new Response(stream).text()], { type: "text/javascript" });
const url = URL.createObjectURL(code);
export default (await import(url)).default;
URL.revokeObjectURL(url);
"""


@cache
def widget_module(parts: tuple[str, ...]) -> str:
    """The module that a notebook carries: compressed, because a notebook saves it per figure."""
    text = f"{module(parts)}\nconst CSS = {json.dumps(css())};{STYLE}"
    text = re.sub(r"\n\s*(//.*)?", "\n", text)
    return LOADER % base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()
