"""The same findings in a terminal, on a page and in a picture."""

import json

import pytest
import torch

from tests.monitor.test_monitor import mlp, run
from vegrad_course.diagnosis import diagnose


@pytest.fixture(scope="module")
def vanished():
    torch.manual_seed(0)
    return run(mlp(depth=14, activation=torch.nn.Sigmoid), steps=30)


def test_the_picture_has_words_and_shows_every_layer(vanished):
    bundle = vanished.plot()._repr_mimebundle_()
    assert bundle["text/plain"].startswith("The gradient vanishes")
    assert bundle["image/png"] and 'alt="The gradient vanishes' in bundle["text/html"]


def test_the_command_prints_json_text_and_a_page(vanished, tmp_path, vegrad):
    vanished.save(tmp_path / "run.jsonl")
    code, out, _ = vegrad("diagnose", tmp_path / "run.jsonl")
    assert code == 0 and out.strip() == str(diagnose(vanished))
    code, out, _ = vegrad("diagnose", tmp_path / "run.jsonl", "--json")
    found = json.loads(out)["findings"][0]
    assert found["illness"] == "vanishing" and found["remedies"][0]["lesson"] == "06"
    code, out, _ = vegrad("diagnose", tmp_path / "run.jsonl", "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert code == 0 and "The gradient vanishes" in page and "data:image/png" in page


def test_a_bad_log_ends_in_one_line(tmp_path, vegrad):
    (tmp_path / "run.jsonl").write_text("rubbish")
    code, _, err = vegrad("diagnose", tmp_path / "run.jsonl")
    assert code == 2 and err.count("\n") == 1 and "must begin with a line" in err


def test_a_notebook_shows_the_findings(vanished):
    html = diagnose(vanished)._repr_html_()
    assert "<h3>The gradient vanishes" in html and "<dt><strong>Try 1</strong></dt>" in html
