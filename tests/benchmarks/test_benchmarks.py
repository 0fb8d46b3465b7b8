"""The benchmarks run, and print what they promise. No time is asserted."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def run(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *arguments, "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def check_diagnosis(found):
    assert {"runs", "accuracy", "false_alarm_rate", "cure_rate", "baselines"} <= set(found)
    assert set(found["baselines"]) == {"loss_only", "mean_gradient"}
    assert found["accuracy"] > max(row["accuracy"] for row in found["baselines"].values())
    assert found["false_alarm_rate"] == 0 and found["cure_rate"] >= 0.9


def test_sick_runs_are_named_and_cured():
    only = ("healthy", "saturation", "data problem")
    chosen = [part for name in only for part in ("--only", name)]
    found = run("benchmarks/diagnosis.py", "--quick", "--jobs", "1", *chosen)
    assert found["runs"] == 4 * len(only)
    check_diagnosis(found)


@pytest.mark.slow
def test_a_small_sample_of_every_illness():
    found = run("benchmarks/diagnosis.py", "--quick")
    assert found["runs"] == 44
    check_diagnosis(found)


@pytest.mark.slow
def test_the_overhead_of_the_monitor_is_measured_beside_the_others():
    found = run("benchmarks/monitor.py", "--quick")
    assert set(found["overhead"]) == {"mlp_20x256", "resnet_4_blocks", "lstm_128"}
    assert found["max_overhead"] == max(found["overhead"].values())
    assert all({"norm_hooks", "histogram_hooks"} <= set(m) for m in found["models"].values())


@pytest.mark.slow
def test_batched_training_is_measured_beside_a_loop():
    assert run("benchmarks/training.py", "--quick")["ratio_vs_loop"] > 0
