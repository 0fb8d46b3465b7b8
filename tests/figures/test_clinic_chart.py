"""The ward of small networks, against automatic differentiation."""

import numpy as np
import pytest
import torch

from vegrad_course import scenes
from vegrad_course.exercises.lesson_12.slow_patient import SLOW
from vegrad_course.scenes.clinic_chart import HEALTHY, LOOKS, SLOPE, WARD, course, gradients

FIGURE = scenes.figure("clinic_chart")


def test_loss_and_gradients_are_those_of_automatic_differentiation():
    rng = np.random.default_rng(1)
    Ws, v = [rng.normal(size=(4, 4)) for _ in range(3)], rng.normal(size=4)
    x, y = rng.normal(size=(5, 4)), np.array([1.0, -1, 1, 1, -1])
    loss, reached, by_W, by_v = gradients(Ws, v, x, y)
    weights = [torch.tensor(W, requires_grad=True) for W in (*Ws, v)]
    acts = [torch.tensor(x)]
    for W in weights[:-1]:
        acts.append(torch.nn.functional.leaky_relu(acts[-1] @ W.T, SLOPE))
    due = torch.nn.functional.soft_margin_loss(acts[-1] @ weights[-1], torch.tensor(y))
    found = torch.autograd.grad(due, [*weights, *acts[1:]])
    np.testing.assert_allclose(loss, due.item(), rtol=1e-12)
    for ours, theirs in zip([*by_W, by_v, *reached], found, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9)


@pytest.mark.parametrize("patient", WARD)
def test_each_patient_shows_its_fault(patient):
    losses, signal, update = course(patient)
    healthy_losses, healthy_signal, healthy_update = course(HEALTHY)
    gain, usual = signal[0] - signal[-1], np.allclose(signal, healthy_signal, atol=0.05)
    flat = abs(losses[-1] / losses[0] - 1) < 0.15
    assert abs(healthy_signal[0] - healthy_signal[-1]) < 0.2
    assert healthy_losses[-1] < 0.4 * healthy_losses[0]
    expected = {
        1: gain > 1.5 and np.isnan(losses[-1]),
        2: flat and abs(gain) < 0.2 and np.allclose(update, healthy_update, atol=0.2),
        3: flat and gain < -2.5 and np.ptp(update) < 0.2,
        4: not flat,
        5: flat and usual and (update < -4).all(),
        6: usual and np.isnan(losses[-1]) and (update > -1).all(),
    }
    assert expected[patient]


def test_the_slow_patient_of_the_exercise_is_the_one_with_the_small_rate():
    rates = {number: fault.learning_rate for number, fault in WARD.items()}
    assert min(rates, key=rates.get) == SLOW


def test_the_scene_says_what_the_training_did():
    scene = FIGURE.scene(patient=3, look=LOOKS[0])
    np.testing.assert_array_equal(scene["shown"], course(3)[1])
    assert "ends at 0.69" in scene.title and "−3.1 decades" in scene.alt and LOOKS[0] in scene.alt
    lost = FIGURE.scene(patient=6, look=LOOKS[1])
    np.testing.assert_array_equal(lost["shown"], course(6)[2])
    assert "is lost after 5 steps" in lost.title
