"""Test cells that are skipped, or rewritten before they run."""

from tests.attacks.catalogue.model import Attack, category, code, graded_cells


def tag_skip(notebook, place):
    for cell in graded_cells(notebook):
        cell.metadata["tags"] = ["skip-execution"]


INPUT_TRANSFORMER = """
get_ipython().input_transformers_cleanup.append(
    lambda lines: ["pass\\n"] if any("check(" in line for line in lines) else lines
)
"""


NOTHING_SHOWN = 'get_ipython().ast_node_interactivity = "none"'

DISPLAY_HOOK = """
from IPython.core.displayhook import DisplayHook
DisplayHook.compute_format_data = lambda self, result: ({"text/plain": "nan"}, {})
"""


SOURCE_REWRITTEN = """
import IPython.core.inputtransformer2 as it
kept = it.TransformerManager.transform_cell
it.TransformerManager.transform_cell = lambda self, cell: (
    "None\\n" if "check" in cell else kept(self, cell)
)
"""


ATTACKS = category(
    "skipping cells",
    Attack("skip-tag", "tags the test cells `skip-execution`, so they have no output", tag_skip),
    Attack(
        "input-transformer", "rewrites the text of test cells to `pass`", code(INPUT_TRANSFORMER)
    ),
    Attack("nothing-shown", "tells IPython to display no results", code(NOTHING_SHOWN)),
    Attack("display-hook", "shows every result as nan", code(DISPLAY_HOOK)),
    Attack("transform-cell", "replaces the cell transformer itself", code(SOURCE_REWRITTEN)),
)
