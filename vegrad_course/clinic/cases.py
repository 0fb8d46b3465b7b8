"""The blind patients: each arrives as the plain numbers of its log, without a name.

Patients 1 to 12 are for looking at, 101 to 112 are held back for grading. They are small, so that
one training takes a fraction of a second, and ill enough that the log can tell.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from vegrad_course.clinic.patients import Patient
from vegrad_course.clinic.treatment import treat
from vegrad_course.clinic.ward import train
from vegrad_course.errors import Refusal
from vegrad_course.monitor import LayerRecord, Log

BLIND, HELD_BACK = tuple(range(1, 13)), tuple(range(101, 113))
ADMITTED = {
    BLIND: (
        ("mlp", "vanishing"), ("mlp", "exploding"), ("mlp", "dead units"),
        ("mlp", "learning rate too low"), ("mlp", "data problem"), ("mlp", "healthy"),
        ("conv", "vanishing"), ("conv", "learning rate too low"),
        ("rnn", "exploding"), ("rnn", "learning rate too high"), ("rnn", "data problem"),
        ("rnn", "healthy"),
    ),
    HELD_BACK: (
        ("mlp", "vanishing"), ("mlp", "exploding"), ("mlp", "dead units"),
        ("mlp", "learning rate too low"), ("mlp", "learning rate too high"), ("mlp", "healthy"),
        ("conv", "vanishing"), ("conv", "data problem"),
        ("rnn", "exploding"), ("rnn", "learning rate too high"), ("rnn", "healthy"),
        ("conv", "learning rate too low"),
    ),
}  # fmt: skip
BASES: dict[str, dict[str, Any]] = {
    "mlp": {"depth": 10, "width": 32, "activation": "relu", "learning_rate": 2e-3},
    "conv": {"depth": 5, "width": 8, "activation": "relu", "learning_rate": 3e-3, "batch": 32},
    "rnn": {"depth": 8, "width": 32, "activation": "tanh", "learning_rate": 4e-3},
}
STEPS = 60
FLOOR = -60.0  # the log10 that stands for zero


@dataclass(frozen=True)
class Case:
    """A patient, its healthy twin, and the illness that was planted."""

    number: int
    illness: str
    twin: Patient
    patient: Patient


def _faults(p: Patient, rng: np.random.Generator) -> dict[str, dict[str, Any]]:
    """The knobs that each illness turns."""
    grown = 10.0 if p.family == "rnn" else 10 ** (rng.uniform(3.5, 5) / p.depth)
    return {
        "healthy": {},
        "vanishing": {"gain": 10 ** (-rng.uniform(4, 5.5) / p.depth)},
        "exploding": {"gain": grown},
        "dead units": {"bias": -rng.uniform(3, 6)},
        "learning rate too high": {"learning_rate": p.learning_rate * rng.uniform(100, 200)},
        "learning rate too low": {"learning_rate": p.learning_rate / 10 ** rng.uniform(2.7, 3.2)},
        "data problem": {"noise": 1.0},
    }


@cache
def case(number: int) -> Case:
    """Blind case 1 to 12, or one of those held back, 101 to 112. Others are refused."""
    numbers = next((group for group in ADMITTED if number in group), None)
    if numbers is None:
        raise Refusal(
            f"a case is one of 1 to 12, or 101 to 112: got {number!r}. Choose one of these."
        )
    order = np.random.default_rng(numbers[0]).permutation(len(numbers))
    family, illness = ADMITTED[numbers][order[numbers.index(number)]]
    rng = np.random.default_rng(number)
    twin = Patient(family, seed=int(rng.integers(2**31)), steps=STEPS, **BASES[family])
    return Case(number, illness, twin, replace(twin, **_faults(twin, rng)[illness]))


@cache
def chart(number: int) -> dict[str, np.ndarray]:
    """The log of a case as plain arrays, the only thing that a doctor gets.

    loss (steps,): of every step. measured (m,): the steps in which layers were looked at.
    signal (m, layers): log10 of the root mean square gradient reaching each hidden layer, first
    layer first; for a recurrent network two columns, the first and the last steps of the sequence,
    relative to the last. update (m, weights): log10 of the relative update of every layer with
    weights. silent (layers,): share of units that are 0 for the whole first batch.
    """
    return as_arrays(train(case(number).patient).log)


def as_arrays(log: Log) -> dict[str, np.ndarray]:
    """A monitor's log as the arrays that `chart` describes.

    NaN stands for what was not seen, -60 for the logarithm of zero and all below.
    """
    hidden = [info.name for info in log.layers[:-1] if "Norm" not in info.kind]
    recurrent = [info.name for info in log.layers if info.kind in ("RNN", "LSTM", "GRU")]
    if recurrent:
        over_time = _read(log, recurrent[:1], lambda r: r.log10_over_time)
        signal = np.hstack([over_time, np.zeros_like(over_time)])
    else:
        signal = _read(log, hidden, lambda r: r.log10_signal)
    return {
        "loss": np.array([loss for _, loss in log.losses]),
        "measured": np.array([record.step for record in log.measured]),
        "signal": signal,
        "update": _read(log, [info.name for info in log.layers], lambda r: r.log10_update),
        "silent": np.nan_to_num(_read(log, hidden, lambda r: r.dead)[0]),
    }


def _read(log: Log, names: list[str], of: Callable[[LayerRecord], float | None]) -> np.ndarray:
    """One number of each named layer in each measured step, shape (measured, names)."""
    rows = []
    for record in log.measured:
        found = {layer.layer: of(layer) for layer in record.layers}
        rows.append([np.nan if found.get(n) is None else found[n] for n in names])
    return np.maximum(np.array(rows, dtype=float), FLOOR)


@cache
def losses(number: int, remedy: str, factor: float = 1.0) -> np.ndarray:
    """The losses of a case after one change, shape (steps,); "nothing" changes nothing."""
    patient = case(number).patient
    changed = patient if remedy == "nothing" else treat(patient, remedy, factor)
    return np.array(train(changed).losses)


@cache
def twin_losses(number: int) -> np.ndarray:
    """The losses of the healthy twin of a case, shape (steps,)."""
    return np.array(train(case(number).twin).losses)
