"""Formgrader's page of a notebook, with our settings: nothing of a student's acts in it."""

from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from tests.conftest import ROOT

ATTACK = "<script>attack()</script><img src='x' onerror='attack()'>**Mine.**"
KINDS = {
    "markdown": nbformat.v4.new_markdown_cell(ATTACK),
    "raw": nbformat.v4.new_raw_cell(ATTACK),
    "output": nbformat.v4.new_code_cell(
        "1", outputs=[nbformat.v4.new_output("display_data", {"text/html": ATTACK})]
    ),
}


def page(cell, config):
    """The HTML of one cell, as nbgrader's formgrader extension makes it."""
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    told = {"base_url": "", "notebook_id": "01", "index": 0, "total": 1, "submission_id": "1"}
    told |= {"assignment_id": "01", "name": "01", "last_name": "", "first_name": ""}
    notebook = nbformat.v4.new_notebook(cells=[cell])
    return HTMLExporter(config=config).from_notebook_node(notebook, resources=told)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_student_acts(kind):
    ours = PyFileConfigLoader("nbgrader_config.py", path=str(Path(ROOT))).load_config()
    shown = page(KINDS[kind], ours)
    assert "Mine." in shown
    assert "attack()" not in shown


def test_it_would_act_without_the_setting():
    assert "attack()" in page(KINDS["markdown"], Config())
