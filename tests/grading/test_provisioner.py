"""A kernel in the sandbox, driven as nbgrader drives it."""

import asyncio
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from vegrad_course.errors import Refusal
from vegrad_course.grading import provisioner, sandbox
from vegrad_course.grading.inside.limits import Limits


class Client(NotebookClient):
    """nbclient with a kernel spec that asks for the provisioner."""

    def create_kernel_manager(self):
        self.km = AsyncKernelManager(kernel_name="python3")
        asked = {"kernel_provisioner": {"provisioner_name": provisioner.NAME}}
        self.km.kernel_spec.metadata = asked
        return self.km


def outputs(*cells, timeout=60):
    """The outputs of each cell, run one after another in one kernel."""
    notebook = new_notebook(cells=[new_code_cell(text) for text in cells])
    Client(notebook, allow_errors=True, timeout=timeout, interrupt_on_timeout=True).execute()
    return [cell.outputs for cell in notebook.cells]


def printed(made):
    return "".join(output.get("text", "") for output in made).strip()


def errors(made):
    return [output.ename for output in made if output.output_type == "error"]


def test_it_is_found_by_its_entry_point():
    (found,) = entry_points(group="jupyter_client.kernel_provisioners", name=provisioner.NAME)
    assert found.load() is provisioner.SandboxProvisioner


@pytest.mark.slow
def test_a_kernel_has_the_walls_of_a_submission(monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "hidden")
    before = set(Path("/tmp").glob("vegrad-*"))
    made = outputs(
        "import os\nprint(os.getpid(), os.path.exists("
        "'/etc/passwd'), 'GRADER_SECRET' in os.environ)",
        "import socket\nprint([name for _, name in socket.if_nameindex()])",
        "open('/opt/kernel/left', 'w')",
        "open('/usr/left', 'w')",
        "os.sched_setaffinity(0, {0})",
        "open('/tmp/own', 'w').write('mine')\nprint('written')",
        "import vegrad_course, matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "import subprocess\nprint(subprocess.run(['echo', 'hello'], capture_output=True).stdout)",
    )
    assert printed(made[0]) == "1 False False"
    assert printed(made[1]) == "['lo']"
    assert errors(made[2]) == errors(made[3]) == ["OSError"]
    assert errors(made[4]) == ["PermissionError"]
    assert printed(made[5]) == "written"
    assert "image/png" in made[6][-1].data and not errors(made[6])
    assert "hello" in printed(made[7])
    assert set(Path("/tmp").glob("vegrad-*")) == before  # its channels are gone


@pytest.mark.slow
def test_a_cell_that_never_ends_is_interrupted_and_the_next_one_runs():
    notebook = new_notebook(cells=[new_code_cell("while True: pass"), new_code_cell("print(1)")])
    ended = {"ename": "Late", "evalue": "", "traceback": []}
    client = Client(notebook, allow_errors=True, timeout=3, interrupt_on_timeout=True)
    client.error_on_timeout = ended
    client.execute()
    assert printed(notebook.cells[1].outputs) == "1"


@pytest.mark.slow
def test_a_kernel_s_life_is_bounded_and_its_memory(monkeypatch):
    hold = "import time\nheld = [bytearray(300 * 2**20)]\ntime.sleep(60)"
    wait = "import time\ntime.sleep(60)"
    for limits, text in ((Limits(memory=256), hold), (Limits(wall=8), wait)):
        monkeypatch.setattr(provisioner.SandboxProvisioner, "limits", limits)
        with pytest.raises(RuntimeError, match="Kernel died"):
            outputs(text)


def test_without_bubblewrap_it_refuses_and_says_what_to_install(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    manager = AsyncKernelManager(kernel_name="python3")
    asked = {"kernel_provisioner": {"provisioner_name": provisioner.NAME}}
    manager.kernel_spec.metadata = asked
    with pytest.raises(Refusal, match="apt-get install bubblewrap"):
        asyncio.run(manager.start_kernel())
