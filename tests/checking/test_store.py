"""Progress is kept between sessions, and never lost."""

import json
import multiprocessing
import os

import pytest

from vegrad_course import check, hint, progress
from vegrad_course.checking import store


def _check_often(home):
    os.environ["VEGRAD_HOME"] = home
    for _ in range(20):
        note = check(max_slope=0.5).note
        assert note == "", note


def test_two_kernels_at_once_lose_nothing(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    kernels = [spawn.Process(target=_check_often, args=(str(tmp_path),)) for _ in range(2)]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join()
    assert [kernel.exitcode for kernel in kernels] == [0, 0]
    assert json.loads((tmp_path / "progress.json").read_text())["max_slope"]["tries"] == 40


def test_a_broken_file_is_set_aside_not_overwritten():
    store.folder().mkdir(parents=True)
    (store.folder() / "progress.json").write_text('{"sigmoid": {"pas')
    check(max_slope=0.25)
    assert (store.folder() / "progress.broken-1.json").read_text() == '{"sigmoid": {"pas'
    assert store.load()["max_slope"]["passed"]


def test_where_nothing_can_be_kept_the_check_goes_on(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("VEGRAD_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(store, "_in_memory", {})
    report = check(max_slope=0.25)
    assert report.passed
    assert "could not be kept" in report.note
    assert "could not be kept" in report._repr_html_()
    assert [len(hint("max_slope").shown) for _ in range(2)] == [1, 2], "hints open all the same"


@pytest.mark.parametrize("name", ["NBGRADER_EXECUTION", "VEGRAD_PROGRESS"])
def test_a_grader_s_run_leaves_no_trace(name, monkeypatch):
    monkeypatch.setattr(store, "_in_memory", {})
    monkeypatch.setenv(name, "off")
    check(max_slope=0.25)
    assert not store.folder().exists()
    monkeypatch.delenv(name)
    progress()
