"""benchmarks/binder.py measures a real kernel. No time is asserted."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_it_runs_the_first_cells_and_names_what_was_compiled(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment |= {"JUPYTER_PATH": f"{sys.prefix}/share/jupyter"}
    command = [sys.executable, "benchmarks/binder.py", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert 0 < found["kernel_ready_s"] < found["cells_done_s"]
    assert max(found["largest_mb"].values()) < found["environment_mb"]
    assert "torch" in found["largest_mb"] and found["newly_compiled"] == []
    assert list(tmp_path.rglob("*.pyc")), "the kernel keeps what it compiles"
