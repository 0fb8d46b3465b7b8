"""A living figure as a frame in a page: it still answers, though no kernel runs."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from nbformat import NotebookNode

from vegrad_course import scenes
from vegrad_course.server.saved_figures import VIEW, states
from vegrad_course.widgets.page import page

PAGE = "application/vnd.vegrad.page+html"
# The page that holds the frame sets its theme, and learns its height (docs/_static/figures.js).
ANSWERS = """<style>body { margin: 0; }</style>
<script>
addEventListener("message", ({ data }) => {
  if (typeof data?.light !== "boolean") return;  // an extension of the browser may post as well
  document.body.dataset.jpThemeLight = data.light;
  document.documentElement.style.colorScheme = data.light ? "light" : "dark";
});
new ResizeObserver(() => parent.postMessage({ height: document.documentElement.offsetHeight }, "*"))
  .observe(document.documentElement);
</script>
</html>
"""


def framed(text: str) -> str:
    """A figure's own page, made to answer the page around it."""
    return text.rstrip().removesuffix("</html>") + ANSWERS


def frame(address: str, name: str) -> str:
    """The HTML of a frame that shows the figure at this address."""
    title = escape(f"Living figure: {name.replace('_', ' ')}")
    return f'<iframe class="figure" src="{address}" title="{title}" loading="lazy"></iframe>'


def keep_figures(notebook: NotebookNode) -> None:
    """Replace each output that shows a living figure by the figure's page and name."""
    found = states(notebook)
    notebook.metadata.pop("widgets", None)
    for output in outputs(notebook):
        if VIEW in output.get("data", {}):
            state = found[output.data[VIEW]["model_id"]]["state"]
            figure = scenes.figure(state["spec"]["name"])
            values = {c.name: state[c.name] for c in figure.controls}
            output.data = {PAGE: page(figure, values), "text/plain": figure.name}


def place_figures(notebook: NotebookNode, folder: Path, stem: str) -> None:
    """Write the kept pages to `folder`, and show each in a frame of the lesson's page."""
    kept = [output for output in outputs(notebook) if PAGE in output.get("data", {})]
    for number, output in enumerate(kept, 1):
        file = f"{stem}-{number}.html"
        (folder / file).write_text(framed(output.data[PAGE]), encoding="utf-8")
        html = frame(f"../{folder.name}/{file}", output.data["text/plain"])
        output.data = {"text/html": html}


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        yield from cell.get("outputs", [])
