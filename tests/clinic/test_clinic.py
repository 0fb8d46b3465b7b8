"""The clinic: patients come out the same each time, train, and are treated as the remedy says."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from vegrad_course.clinic import CONDITIONS, admit, build, cases, train, treat
from vegrad_course.clinic.treatment import CHANGES
from vegrad_course.diagnosis import diagnose
from vegrad_course.errors import Refusal
from vegrad_course.exercises.lesson_12.failed_cures import NEVER


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_same_seed_admits_the_same_patient(condition):
    assert admit(condition, 7) == admit(condition, 7)
    assert admit(condition, 7) != admit(condition, 8)
    twin, patient = admit(condition, 7)
    assert (twin == patient) == (condition == "healthy")
    first, again = build(patient), build(patient)
    pairs = zip(first.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_trains_in_every_family(condition):
    for family in CONDITIONS[condition][1]:
        seeds = (s for s in range(200) if admit(condition, s)[1].family == family)
        for one in admit(condition, next(seeds)):
            course = train(replace(one, steps=3, broken_step=one.broken_step and 1))
            assert len(course.losses) == 3 and len(course.log.measured) == 3
            assert np.isfinite(course.losses[0])


def test_the_same_patient_trains_to_the_same_losses():
    patient = replace(admit("vanishing", 0)[1], steps=5)
    assert train(patient).losses == train(patient).losses


def test_a_remedy_turns_its_own_knobs_and_no_others():
    _, patient = admit("exploding", 1)
    for remedy, knobs in CHANGES.items():
        assert treat(patient, remedy) == replace(patient, **knobs)
    halved = treat(patient, "learning rate", 0.5)
    assert halved == replace(patient, learning_rate=patient.learning_rate / 2)
    assert treat(patient, "shorten") == replace(patient, depth=max(1, patient.depth // 4))


def test_decay_makes_weights_smaller():
    patient = replace(admit("healthy", 0)[1], steps=20, optimizer="sgd", learning_rate=1e-4)

    def size(one):
        return sum(float(p.detach().square().sum()) for p in train(one).model.parameters())

    assert size(replace(patient, decay=10.0)) < 0.99 * size(patient)


def test_an_unknown_remedy_is_refused():
    with pytest.raises(Refusal, match=r"got 'clipp'.*clip"):
        treat(admit("exploding", 0)[1], "clipp")


@pytest.mark.parametrize("number", [*cases.BLIND, *cases.HELD_BACK])
def test_the_log_of_every_case_shows_what_was_planted(number):
    case = cases.case(number)
    assert diagnose(train(case.patient).log).illness == case.illness
    chart = cases.chart(number)
    assert chart["loss"].shape == (cases.STEPS,) and chart["measured"][:4].tolist() == [0, 1, 2, 3]
    assert chart["signal"].shape[0] == chart["update"].shape[0] == len(chart["measured"])
    assert np.isfinite(chart["signal"][0]).all()
    assert np.nanmin(chart["signal"]) >= cases.FLOOR


@pytest.mark.parametrize("wrong", [0, 13, 100, 113, "1"])
def test_there_is_no_other_case(wrong):
    with pytest.raises(Refusal, match=r"1 to 12, or 101 to 112: got"):
        cases.case(wrong)


def left_over(number, remedy, factor=1.0):
    """The share of the twin's way that the treated patient did not cover."""
    twin = cases.twin_losses(number)
    end, goal = (np.median(x[-6:]) for x in (cases.losses(number, remedy, factor), twin))
    return (end - goal) / (twin[0] - goal)


ILL = [
    n
    for n in (*cases.BLIND, *cases.HELD_BACK)
    if cases.case(n).illness in ("vanishing", "exploding")
]


@pytest.mark.parametrize("number", ILL)
def test_what_the_lesson_says_of_failed_cures(number):
    remedies = {"clip": ("clip",), "decay": ("decay",), "lower the rate": ("learning rate", 0.01)}
    assert remedies.keys() == NEVER
    for remedy in remedies.values():
        assert left_over(number, *remedy) > 0.5, remedy
    assert left_over(number, "initialise") < 0.05
    if cases.case(number).illness == "vanishing":
        assert left_over(number, "residual") < 0.2
    if cases.case(number).twin.family == "mlp" and cases.case(number).illness == "vanishing":
        assert left_over(number, "shorten") < 0.2
