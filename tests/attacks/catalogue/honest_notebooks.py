"""Honest notebooks that were moved about, cut, saved elsewhere or filled with other things."""

import json
from pathlib import Path

from nbformat.v4 import new_markdown_cell

from tests.attacks.catalogue.model import answers, both, find, nothing
from tests.attacks.catalogue.right import RIGHT, Honest, own_cell, right
from tests.attacks.world import LESSON


def reordered(notebook, place) -> None:
    """tanh_grad, which needs nothing, is answered before all others, in the same notebook."""
    cells = notebook.cells
    pair = [find(notebook, "tanh_grad"), find(notebook, "check-tanh_grad")]
    for cell in pair:
        cells.remove(cell)
    at = cells.index(find(notebook, "sigmoid"))
    cells[at:at] = pair


def without_texts(notebook, place) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]


def without_demonstrations(notebook, place) -> None:
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata or "import" in c.source]


def without_marks(notebook, place) -> None:
    for cell in notebook.cells:
        cell.metadata.clear()


def without_ids(notebook, place) -> None:
    """As an old front end writes it: format 4.4, no cell ids, no marks."""
    without_marks(notebook, place)
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        cell.pop("id", None)


def other_front_end(notebook, place) -> None:
    notebook.metadata["colab"] = {"provenance": [], "name": "Untitled0.ipynb"}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for number, cell in enumerate(notebook.cells):
        cell.metadata["id"] = f"x{number}"
        cell.metadata["vscode"] = {"languageId": "python"}
        cell.metadata.pop("tags", None)


def sources_as_lists(home: Path, place) -> None:
    """Written with sources as lists of lines, a byte order mark, and no last line end."""
    path = home / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook).encode())


def renamed(home: Path, place) -> None:
    path = home / f"{LESSON}.ipynb"
    path.rename(home / f"{LESSON} (1).ipynb")


def with_more_files(home: Path, place) -> None:
    (home / "notes.txt").write_text("my notes")
    (home / ".ipynb_checkpoints").mkdir()
    (home / ".ipynb_checkpoints" / f"{LESSON}-checkpoint.ipynb").write_text("{}")
    (home / "figure.png").write_bytes(b"\x89PNG")


ASYNC = "import asyncio\nawait asyncio.sleep(0.01)\nprint('waited')"
MAGICS = "%timeit -n 1 -r 1 sum(range(10))\n%matplotlib inline\n!echo hello\n%%time\n"
PLOTTING = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.title('σ')\nplt.show()"
BARS = """import sys, time
for i in range(101):
    sys.stderr.write(f"\\r{i}%|{'█' * (i // 10)}")
    sys.stderr.flush()
"""
WARNED = "import warnings\nwarnings.warn('old')\nimport sys\nprint('to stderr', file=sys.stderr)"
RANDOM = """np.random.seed(3)
import random
random.seed(3)
rng = np.random.default_rng(1)
rng.normal(size=3)
"""

HONEST = (
    Honest("plain", "all right", right()),
    Honest("untouched", "nothing written yet", nothing, 0.0),
    Honest("half", "the first four exercises", answers(**dict(list(RIGHT.items())[:4])), 9.0),
    Honest("warns", "warnings and stderr in a cell of its own", both(own_cell(WARNED), right())),
    Honest("progress-bar", "draws a progress bar on stderr", both(own_cell(BARS), right())),
    Honest(
        "more-cells",
        "twenty cells of its own",
        both(*[own_cell(f"extra_{i} = {i}\nextra_{i}") for i in range(20)], right()),
    ),
    Honest(
        "more-texts",
        "text cells of its own",
        both(
            right(), lambda n, p: n.cells.insert(2, new_markdown_cell("# Notes\n$x$ <b>bold</b>"))
        ),
    ),
    Honest("reordered", "answers in another order", both(right(), reordered)),
    Honest("only-code", "text cells deleted", both(right(), without_texts)),
    Honest(
        "no-demonstrations", "demonstration cells deleted", both(right(), without_demonstrations)
    ),
    Honest("no-marks", "saved without nbgrader's marks", both(right(), without_marks)),
    Honest("old-format", "saved without ids or marks", both(right(), without_ids)),
    Honest("other-front-end", "saved by another front end", both(right(), other_front_end)),
    Honest("lines", "sources as lists, with a byte order mark", right(), folder=sources_as_lists),
    Honest("renamed", "the file has a number in its name", right(), folder=renamed),
    Honest("more-files", "hands in notes and checkpoints as well", right(), folder=with_more_files),
    Honest(
        "unrelated-error",
        "a cell of its own raises",
        both(own_cell("1 / 0"), own_cell("print(undefined)", "tanh_grad"), right()),
    ),
    Honest(
        "unrelated-syntax-error",
        "a cell of its own is no Python",
        both(own_cell("def (:"), right()),
    ),
    Honest("plots", "plots in a cell of its own", both(own_cell(PLOTTING), right())),
    Honest(
        "magics",
        "magics in cells of its own",
        both(own_cell(MAGICS.rsplit("%%", 1)[0]), own_cell("%%time\nx_timed = 3"), right()),
    ),
    Honest("async", "awaits in a cell of its own", both(own_cell(ASYNC), right())),
    Honest("random", "its own random numbers", both(own_cell(RANDOM), right())),
)
