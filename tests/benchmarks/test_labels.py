"""The labels of the sick runs come from the network, not from the monitor."""

import ast
import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from tests.conftest import ROOT
from vegrad_course.clinic import admit, build
from vegrad_course.clinic.ward import data


@pytest.fixture
def labels(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.delitem(sys.modules, "_labels", raising=False)
    import _labels

    return _labels


def test_labels_never_look_at_the_monitor():
    text = (ROOT / "benchmarks" / "_labels.py").read_text(encoding="utf-8")
    named = [n.module for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom)]
    assert not [name for name in named if "monitor" in name or "diagnosis" in name]
    assert ".log" not in text.replace("math.log", "")


@pytest.mark.parametrize("family", ["mlp", "conv", "rnn", "lstm", "transformer"])
def test_the_forward_pass_that_is_written_out_is_the_networks_own(labels, family):
    seed = next(s for s in range(200) if admit("healthy", s)[1].family == family)
    patient = admit("healthy", seed)[1]
    model, x = build(patient), data()[0][:32]
    _, hidden, output = labels.states(model, x)
    assert torch.allclose(output, model(x), atol=1e-5)
    assert len(hidden) >= patient.depth


def test_the_measured_gain_is_that_of_a_chain_known_by_heart(labels):
    patient = replace(admit("healthy", 0)[1], family="mlp", depth=3, width=64, activation="relu")
    model = build(patient)
    halves = replace(patient, gain=0.5)
    whole, half = labels.measure(patient).gain, labels.measure(halves).gain
    assert half == pytest.approx(whole + 2 * torch.tensor(0.5).log10().item(), abs=0.02)
    assert isinstance(model.hidden[0].layer, nn.Linear)


def test_silent_and_flat_units_are_counted_on_the_data(labels):
    patient = replace(admit("healthy", 0)[1], family="mlp", depth=2, width=64, activation="relu")
    assert labels.measure(replace(patient, bias=-100.0)).silent == 1
    assert labels.measure(patient).silent < 0.3
    steep = replace(patient, activation="tanh")
    assert labels.measure(steep).flat < 0.3 < labels.measure(replace(steep, gain=20.0)).flat
