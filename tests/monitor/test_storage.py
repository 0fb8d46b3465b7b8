"""Logs on disk: the same after a round trip, and as much as possible of a damaged one."""

import json
import math

import pytest

from tests.monitor.test_monitor import mlp, run
from vegrad_course.errors import Refusal
from vegrad_course.monitor import GradientMonitor, LayerInfo, LayerRecord, Log, StepRecord, load
from vegrad_course.monitor.storage import save


@pytest.fixture
def saved(tmp_path):
    monitor = run(mlp(), steps=8)
    monitor.save(tmp_path / "run.jsonl")
    return monitor.log, tmp_path / "run.jsonl"


def test_a_log_comes_back_as_it_was(saved):
    log, path = saved
    assert load(path) == log and load(path).notes == ()


def test_a_stream_holds_the_same_as_a_saved_log(tmp_path):
    monitor = run(mlp(), stream=tmp_path / "stream.jsonl")
    streamed = load(tmp_path / "stream.jsonl")
    assert streamed.steps == monitor.log.steps


def test_a_stream_is_on_disk_while_the_loop_runs(tmp_path):
    path, model = tmp_path / "stream.jsonl", mlp()
    with GradientMonitor(model, stream=path) as monitor:
        monitor.step(1.0)
        assert load(path).losses == ((0, 1.0),)


def test_what_is_not_finite_is_kept_and_the_file_is_strict_json(tmp_path):
    record = LayerRecord("a", log10_gradient=-math.inf, state="zero", spread=math.nan)
    log = Log((LayerInfo("a", "Linear", 2),), (StepRecord(0, math.inf, 0.1, (record,)),))
    save(log, tmp_path / "run.jsonl")
    for line in (tmp_path / "run.jsonl").read_text().splitlines():
        json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    back = load(tmp_path / "run.jsonl").steps[0]
    assert back.loss == math.inf and back.layers[0].log10_gradient == -math.inf
    assert math.isnan(back.layers[0].spread)


def test_a_log_that_is_cut_off_is_read_up_to_there(saved):
    log, path = saved
    path.write_bytes(path.read_bytes()[:-40])
    back = load(path)
    assert back.steps == log.steps[:-1]
    assert back.notes == (f"line {len(log.steps) + 1} was left out: the file was cut off here",)


def test_a_metric_that_is_not_a_number_costs_its_line_only(saved):
    log, path = saved
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace('"loss": ', '"loss": "low", "was": ')
    path.write_text("\n".join(lines))
    back = load(path)
    assert [r.step for r in back.steps] == [r.step for r in log.steps if r.step != 2]
    assert back.notes == ("line 4 was left out: loss must be a number, got 'low'",)


def test_a_newer_log_is_read_as_far_as_it_is_known(saved):
    log, path = saved
    lines = path.read_text().splitlines()
    header = {**json.loads(lines[0]), "vegrad_log": 9, "colour": "blue"}
    newer = [json.dumps({**json.loads(line), "weather": 1}) for line in lines[1:]]
    path.write_text("\n".join([json.dumps(header), *newer]))
    back = load(path)
    assert back.steps == log.steps
    assert back.notes == ("this log has version 9, newer than 1: what is known of it was read",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must begin with a line"),
        ("not json\n", "must begin with a line"),
        ('{"vegrad_log": 1}\n', "must begin with a line"),
        ('{"vegrad_log": 1, "layers": []}\n', "must hold at least one step"),
        ('{"vegrad_log": 1, "layers": []}\nrubbish\n', "must hold at least one step"),
    ],
)
def test_a_file_without_anything_to_read_is_refused(tmp_path, text, said):
    (tmp_path / "run.jsonl").write_text(text)
    with pytest.raises(Refusal, match=said):
        load(tmp_path / "run.jsonl")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="must be a readable file"):
        load(tmp_path / "none.jsonl")
