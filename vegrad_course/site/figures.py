"""A living figure as a frame in a page: it still answers, though no kernel runs."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from vegrad_course import scenes
from vegrad_course.scenes.model import Figure
from vegrad_course.widgets.page import page

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# The page that holds the frame sets its theme, and learns its height (docs/_static/figures.js).
ANSWERS = """<script>
addEventListener("message", ({ data }) => {
  document.body.dataset.jpThemeLight = data.light;
  document.documentElement.style.colorScheme = data.light ? "light" : "dark";
});
new ResizeObserver(() => parent.postMessage({ height: document.documentElement.offsetHeight }, "*"))
  .observe(document.documentElement);
</script>
</html>"""


def write_figure(file: Path, figure: Figure, values: dict[str, Any]) -> None:
    """Write the page of a frame."""
    text = page(figure, values).rstrip().removesuffix("</html>")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + ANSWERS, encoding="utf-8")


def frame(address: str, figure: Figure) -> str:
    """The HTML of a frame that shows the figure at this address."""
    title = escape(f"Living figure: {figure.name.replace('_', ' ')}")
    return f'<iframe class="figure" src="{address}" title="{title}" loading="lazy"></iframe>'


def frames(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, Figure, dict[str, Any]]]:
    """Each output that shows a living figure, with the figure and its controls' values."""
    states = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                state = states[output.data[VIEW]["model_id"]]["state"]
                figure = scenes.figure(state["spec"]["name"])
                yield output, figure, {c.name: state[c.name] for c in figure.controls}
