"""The grading benchmark runs, and measures what it says. No time is asserted."""

import importlib
import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SHARED = """
import os, time
held = bytearray(b"x") * 200_000_000
for _ in range(5):
    if os.fork() == 0:
        while time.process_time() < 0.2:
            pass
        os._exit(0)
    os.wait()
time.sleep(1.5)
"""
PROMISED = {
    "ratio_vs_nbgrader", "same_marks", "ratio_vs_otter", "overhead_seconds", "cold_start_seconds",
    "peak_mb", "rate_last_over_first", "scaling_1_to_2", "load",
}  # fmt: skip


@pytest.fixture
def benchmark(monkeypatch):
    """A module of the benchmarks' folder, by name."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


def test_pages_that_processes_share_count_once_and_all_their_seconds_count(benchmark, tmp_path):
    ran = benchmark("_grading_runs").run([sys.executable, "-c", SHARED], tmp_path)
    assert 200 < ran.peak_mb < 300
    assert ran.processor > 1  # five children, of 0.2 seconds each, that have ended


def test_a_command_that_fails_ends_the_benchmark_with_what_it_said(benchmark, tmp_path):
    with pytest.raises(SystemExit, match="no such class"):
        runs = benchmark("_grading_runs")
        runs.run([sys.executable, "-c", "raise SystemExit('no such class')"], tmp_path)


def test_the_rate_counts_the_steps_between_records(benchmark):
    assert benchmark("_grading_runs").rate([10.0, 10.5, 12.0]) == 60.0


def test_other_marks_are_found_and_missing_ones_as_well(benchmark):
    differing = benchmark("grading").differing
    theirs = {"ada": {"sigmoid": 2.0}, "bob": {"sigmoid": 0.5}, "eve": {"sigmoid": 0.0}}
    ours = {"ada": {"sigmoid": 2.0}, "bob": {"sigmoid": 1.0}}
    assert set(differing(ours, theirs)) == {"bob", "eve"}
    assert differing(theirs, theirs) == {}


@pytest.mark.slow
def test_the_three_graders_stand_side_by_side():
    done = subprocess.run(
        [sys.executable, "benchmarks/grading.py", "--quick", "--stock", "2", "--json"],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert set(found) >= PROMISED
    assert found["same_marks"] and found["differing_marks"] == {}
    assert found["own_seconds"] > 0 and found["ratio_vs_nbgrader"] > 0
    assert found["vegrad"]["submissions"] == 4 and found["many"]["submissions"] == 60
    assert found["otter"].get("same_marks") or found["otter"]["not_measured"]
