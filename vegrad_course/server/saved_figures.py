"""A figure stays in a saved notebook.

JupyterLab saves the widgets of the running kernel. A figure that was reopened and not run again is
none of them: without its state, the next reader finds an error in its place.
"""

import json
import re
from pathlib import Path
from typing import Any

from jupyter_server.utils import ApiPath, to_os_path

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def keep_figures(path: ApiPath, model: dict[str, Any], contents_manager: Any, **_: Any) -> None:
    """Before a notebook is saved: give the widgets that it shows the state that the file has."""
    file = Path(to_os_path(path, contents_manager.root_dir))
    if model["type"] != "notebook" or not file.is_file():
        return
    found, shown = states(model["content"]), views(model["content"])
    if not shown <= found.keys():
        kept = reached(shown, states(json.loads(file.read_text(encoding="utf-8"))))
        widgets = model["content"]["metadata"].setdefault("widgets", {})
        widgets[STATE] = {"version_major": 2, "version_minor": 0, "state": kept | found}


def states(notebook: dict[str, Any]) -> dict[str, Any]:
    """The saved state of each widget."""
    found: dict[str, Any] = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    return found


def views(notebook: dict[str, Any]) -> set[str]:
    """The widgets that the outputs show."""
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    shown = (output.get("data", {}).get(VIEW, {}) for output in outputs)
    return {view["model_id"] for view in shown if view.get("model_id")}


def reached(shown: set[str], states: dict[str, Any]) -> dict[str, Any]:
    """The states of these widgets, and of those that they are made of."""
    kept: dict[str, Any] = {}
    while todo := (shown & states.keys()) - kept.keys():
        kept |= {name: states[name] for name in todo}
        shown = set(re.findall(r"IPY_MODEL_(\w+)", json.dumps([states[name] for name in todo])))
    return kept
