"""The cell that installs the course where it is missing, as on Colab."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

PLACE = "vegrad/vegrad-course"  # on GitHub
CELL_ID = "install"
FOLDED = {"jupyter": {"source_hidden": True}}  # JupyterLab shows one line; a click opens it
SOURCE = f"""\
# Nothing to do here: this installs the course where it is missing, as on Colab.
import importlib.util

if importlib.util.find_spec("vegrad_course") is None:
    course = "git+https://github.com/{PLACE}"
    pip = "install --quiet --no-deps"  # replaces nothing that Colab has loaded
    get_ipython().run_line_magic("pip", f"{{pip}} {{course}} jaxtyping~=0.3.0 wadler-lindig")"""


def add_install_cell(notebook: NotebookNode) -> None:
    """Put the cell before the first code cell.

    It is plain Python, not `%pip`, so that whatever reads notebooks as Python can read it.
    """
    kinds = [cell.cell_type for cell in notebook.cells]
    if "code" in kinds:
        notebook.cells.insert(
            kinds.index("code"), new_code_cell(SOURCE, id=CELL_ID, metadata=FOLDED)
        )
