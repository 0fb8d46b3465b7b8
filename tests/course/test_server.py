"""What JupyterLab's server does otherwise for the course."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from vegrad_course.self_study.lab import SETTINGS
from vegrad_course.server.channels import PromptChannels
from vegrad_course.server.saved_figures import STATE, VIEW, states

PATH = "folder/lesson.ipynb"
FIGURE = {"model_name": "AnyModel", "state": {"layout": "IPY_MODEL_l1"}}
LAYOUT = {"model_name": "LayoutModel", "state": {}}


def test_the_server_sends_every_message_at_once(monkeypatch):
    """PromptChannels switches Nagle's algorithm off, and then connects as jupyter_server does."""
    seen = []

    async def connect(self):
        seen.append("connected")

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", connect)
    monkeypatch.setattr(
        PromptChannels, "websocket_handler", SimpleNamespace(set_nodelay=seen.append)
    )
    asyncio.run(PromptChannels.__new__(PromptChannels).connect())
    assert seen == [True, "connected"]


@pytest.fixture
def manager(tmp_path):
    """The server's own file manager, with the course's settings."""
    (tmp_path / "folder").mkdir()
    text = (SETTINGS / "jupyter_server_config.json").read_text()
    hook = json.loads(text)["ContentsManager"]["pre_save_hook"]
    return AsyncFileContentsManager(root_dir=str(tmp_path), pre_save_hook=hook)


def notebook(shown, state):
    """A notebook that shows these widgets, with these states, as JupyterLab sends it."""
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {VIEW: {"model_id": name}}}
        for name in shown
    ]
    outputs.append({"output_type": "stream", "name": "stdout", "text": "x"})
    code = {"cell_type": "code", "id": "a", "execution_count": 1, "metadata": {}, "source": ""}
    words = {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "w"}
    widgets = {STATE: {"version_major": 2, "version_minor": 0, "state": state}}
    return {
        "cells": [words, code | {"outputs": outputs}],
        "metadata": {"widgets": widgets},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def save(manager, content):
    asyncio.run(manager.save({"type": "notebook", "format": "json", "content": content}, PATH))
    return json.loads(Path(manager.root_dir, PATH).read_text())


def test_a_figure_that_was_not_run_again_keeps_its_state(manager):
    both = {"f1": FIGURE, "l1": LAYOUT}
    assert states(save(manager, notebook(["f1"], both))) == both
    assert states(save(manager, notebook(["f1"], {}))) == both
    without = notebook(["f1"], {})
    without["metadata"] = {}
    assert states(save(manager, without)) == both


def test_what_the_kernel_says_goes_before_what_the_file_has(manager):
    save(manager, notebook(["f1", "f2"], {"f1": FIGURE, "f2": FIGURE, "l1": LAYOUT}))
    moved = {"model_name": "AnyModel", "state": {"value": 7}}
    found = states(save(manager, notebook(["f1", "f2"], {"f2": moved})))
    assert found == {"f1": FIGURE, "f2": moved, "l1": LAYOUT}


def test_what_is_shown_no_more_is_forgotten(manager):
    save(manager, notebook(["f1"], {"f1": FIGURE, "l1": LAYOUT}))
    assert states(save(manager, notebook(["f3"], {"f3": LAYOUT}))) == {"f3": LAYOUT}
    assert states(save(manager, notebook([], {}))) == {}


def test_a_widget_that_no_file_knows_stops_no_saving(manager):
    assert states(save(manager, notebook(["f9"], {}))) == {}
    Path(manager.root_dir, PATH).write_text("no notebook")
    assert len(save(manager, notebook(["f9"], {}))["cells"]) == 2
