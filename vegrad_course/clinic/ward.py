"""Training a patient, with or without a monitor."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from vegrad_course.clinic.models import build
from vegrad_course.clinic.patients import Patient
from vegrad_course.datasets import digits
from vegrad_course.monitor import GradientMonitor, Log


@dataclass(frozen=True)
class Course:
    """How a training went: the monitor's log, the loss of every step, and the model at the end."""

    patient: Patient
    log: Log
    losses: tuple[float, ...]
    model: nn.Module

    @property
    def final_loss(self) -> float:
        """Median of the last tenth; infinite if it is not finite."""
        value = float(np.median(self.losses[-max(1, len(self.losses) // 10) :]))
        return value if np.isfinite(value) else float("inf")


@cache
def data() -> tuple[Tensor, Tensor]:
    split = digits()
    return torch.from_numpy(split.x_train), torch.from_numpy(split.y_train)


def batches(patient: Patient) -> Iterator[tuple[Tensor, Tensor]]:
    """The patient's batches, with its faults in the data."""
    x, y = data()
    rng = torch.Generator().manual_seed(patient.seed)
    for step in range(patient.steps):
        rows = torch.randint(len(x), (patient.batch,), generator=rng)
        images, labels = x[rows] * patient.input_scale, y[rows].clone()
        wrong = torch.rand(len(labels), generator=rng) < patient.noise
        labels[wrong] = torch.randint(10, (int(wrong.sum()),), generator=rng)
        if step == patient.broken_step:
            images[0, 0] = float("nan")
        yield images, labels


def optimizer_of(patient: Patient, model: nn.Module) -> torch.optim.Optimizer:
    kind = torch.optim.Adam if patient.optimizer == "adam" else torch.optim.SGD
    return kind(model.parameters(), lr=patient.learning_rate, weight_decay=patient.decay)


def train(
    patient: Patient, look: Callable[[int, nn.Module], None] = lambda step, model: None
) -> Course:
    """Train the patient under a monitor. `look(step, model)` is called before every step."""
    model, losses = build(patient), []
    optimizer = optimizer_of(patient, model)
    with GradientMonitor(model) as monitor:
        for step, (images, labels) in enumerate(batches(patient)):
            look(step, model)
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            if patient.clip:
                nn.utils.clip_grad_norm_(model.parameters(), patient.clip)
            optimizer.step()
            monitor.step(loss)
            losses.append(float(loss.detach()))
    return Course(patient, monitor.log, tuple(losses), model)
