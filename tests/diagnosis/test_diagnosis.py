"""Planted illnesses are named, with their layers, numbers and remedies."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from vegrad_course.clinic import CONDITIONS, admit, train, treat
from vegrad_course.diagnosis import diagnose
from vegrad_course.diagnosis.events import events
from vegrad_course.diagnosis.remedies import REMEDIES
from vegrad_course.errors import Refusal
from vegrad_course.lessons import find
from vegrad_course.monitor import GradientMonitor, LayerInfo, LayerRecord, Log, StepRecord


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def courses():
    """One small patient of each condition, an MLP, trained once."""
    rng = np.random.default_rng(5)
    made = {}
    for name, (make, _) in CONDITIONS.items():
        base = admit("healthy", 0)[1]
        base = replace(base, family="mlp", depth=5, width=32, activation="relu", steps=80)
        base = replace(base, optimizer="adam", learning_rate=2e-3, norm=False)
        _, patient = make(base, rng)
        broken = 40 if patient.broken_step is not None else None
        made[name] = train(replace(patient, broken_step=broken, steps=80))
    return made


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_illness_is_named_with_its_evidence(courses, condition):
    diagnosis = diagnose(courses[condition].log)
    assert diagnosis.illness == condition, str(diagnosis)
    finding = diagnosis.findings[0]
    assert finding.sure >= 0.5 and finding.evidence
    assert any(character.isdigit() for character in " ".join(finding.evidence))
    assert bool(finding.remedies) == (condition != "healthy")


def test_every_remedy_names_a_lesson():
    for remedy in REMEDIES.values():
        assert find(remedy.lesson)


def test_vanishing_and_a_low_learning_rate_are_told_apart(courses):
    vanishing = diagnose(courses["vanishing"].log)
    slow = diagnose(courses["learning rate too low"].log)
    assert "vanishing" not in [f.illness for f in slow.findings]
    assert "learning rate too low" not in [f.illness for f in vanishing.findings]


def test_a_data_problem_is_not_blamed_on_the_gradient(courses):
    diagnosis = diagnose(courses["data problem"].log)
    assert [f.illness for f in diagnosis.findings] == ["data problem"]
    assert "the gradients are healthy" in str(diagnosis)


def test_the_factor_for_the_learning_rate_mends_it(courses):
    for condition in ("learning rate too high", "learning rate too low"):
        course = courses[condition]
        remedy = diagnose(course.log).remedy
        assert (remedy.factor < 1) == condition.endswith("high")
        treated = train(treat(course.patient, remedy.key, remedy.factor))
        assert treated.final_loss < 0.5 * min(course.final_loss, math.log(10))


def test_without_a_loss_the_gradients_still_speak():
    model = nn.Sequential(*[m for _ in range(12) for m in (nn.Linear(8, 8), nn.Sigmoid())])
    with GradientMonitor(model) as monitor:
        model(torch.randn(16, 8)).square().mean().backward()
        monitor.step()
    assert diagnose(monitor).illness == "vanishing"


def watched(model, rate, loss_of, steps=40):
    """A diagnosis of some steps of gradient descent, with the losses that `loss_of` tells."""
    data, optimizer = torch.rand(64, 16), torch.optim.SGD(model.parameters(), lr=rate)
    with GradientMonitor(model) as monitor:
        for step in range(steps):
            loss = (model(data) - data).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.step(loss_of(step, loss))
    return diagnose(monitor)


def test_small_steps_are_not_blamed_where_the_gradient_vanishes():
    model = nn.Sequential(*[m for _ in range(10) for m in (nn.Linear(16, 16), nn.Sigmoid())])
    diagnosis = watched(model, 0.5, lambda step, loss: loss)
    assert [finding.illness for finding in diagnosis.findings] == ["vanishing"]


def test_a_loss_that_rose_is_not_said_to_fall():
    diagnosis = watched(nn.Linear(16, 16), 1e-6, lambda step, loss: torch.tensor(1.0 + step))
    assert diagnosis.illness == "learning rate too low"
    assert "the loss rose by" in str(diagnosis)


def layer(state="finite", gradient=0.0):
    return LayerRecord("a", log10_gradient=gradient, state=state, spread=1.0, distinct=1.0)


def log_of(losses, record=None):
    steps = tuple(StepRecord(i, loss, 0.1, (record or layer(),)) for i, loss in enumerate(losses))
    return Log((LayerInfo("a", "Linear", 4),), steps)


def test_nan_out_of_a_quiet_run_is_not_called_an_explosion():
    assert diagnose(log_of([2.0, 1.9, 1.8, math.nan, math.nan])).illness == "non-finite"
    grown = diagnose(log_of([2.0, 30.0, 4e4, math.inf, math.nan]))
    assert grown.illness != "non-finite"


def test_events_are_spikes_and_the_first_loss_that_is_not_finite():
    losses = [1.0] * 20 + [5.0] + [1.0] * 20 + [math.nan] * 3
    assert [(e.step, e.text) for e in events(log_of(losses))] == [
        (20, "spike, 5.0 times"),
        (41, "not finite"),
    ]


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (Log((), (StepRecord(0, 1.0),)), "needs at least one measured step"),
        (log_of([1.0, 0.9], layer("missing", None)), "never saw a backward pass"),
    ],
)
def test_a_log_that_says_nothing_is_refused(log, said):
    with pytest.raises(Refusal, match=said):
        diagnose(log)


def test_notes_of_a_damaged_log_are_passed_on():
    assert "line 3 was left out" in str(diagnose(log_of([1.0, 0.5]).noting("line 3 was left out")))
