"""Patients: seeded networks, healthy or made ill in one of ten ways, mildly or badly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Patient:
    """A network and its training, with the knobs that can make it ill at their healthy values.

    depth: hidden layers, or steps in time for rnn and lstm. gain: factor on the right initial
    scale. bias: of all hidden layers. noise: share of labels that are random. broken_step: the
    step whose batch holds a NaN. decay: L2 regularisation, the optimizer's weight_decay.
    """

    family: str
    depth: int
    width: int
    seed: int
    activation: str = "relu"
    norm: bool = False
    residual: bool = False
    gain: float = 1.0
    output_gain: float = 0.5
    bias: float = 0.0
    constant: bool = False
    forget_bias: float = 1.5
    input_scale: float = 1.0
    optimizer: str = "adam"
    learning_rate: float = 2e-3
    clip: float | None = None
    decay: float = 0.0
    noise: float = 0.0
    broken_step: int | None = None
    steps: int = 160
    batch: int = 64


def healthy(rng: np.random.Generator, families: tuple[str, ...] = ()) -> Patient:
    """A patient with nothing wrong."""
    family = str(rng.choice(families or ("mlp", "conv", "rnn", "lstm", "transformer")))
    return BASES[family](rng, int(rng.integers(2**31)))


def _mlp(rng: np.random.Generator, seed: int) -> Patient:
    activation = str(rng.choice(["relu", "tanh", "leaky_relu"]))
    depth, width = int(rng.integers(2, 9)), int(rng.choice([32, 48, 64]))
    optimizer = str(rng.choice(["adam", "sgd"])) if depth < 5 else "adam"
    rate = rng.uniform(1e-3, 3e-3) if optimizer == "adam" else rng.uniform(0.05, 0.1)
    return Patient("mlp", depth, width, seed, activation, optimizer=optimizer, learning_rate=rate)


def _conv(rng: np.random.Generator, seed: int) -> Patient:
    depth, rate = int(rng.integers(2, 7)), rng.uniform(1e-3, 3e-3)
    norm = bool(rng.integers(2))
    return Patient("conv", depth, 8, seed, norm=norm, learning_rate=rate)


def _rnn(rng: np.random.Generator, seed: int) -> Patient:
    return Patient("rnn", 8, 48, seed, "tanh", learning_rate=rng.uniform(1e-3, 3e-3))


def _lstm(rng: np.random.Generator, seed: int) -> Patient:
    steps, rate = int(rng.choice([8, 16])), rng.uniform(3e-3, 8e-3)
    return Patient("lstm", steps, 32, seed, "tanh", learning_rate=rate)


def _transformer(rng: np.random.Generator, seed: int) -> Patient:
    depth, rate = int(rng.integers(1, 4)), rng.uniform(1e-3, 3e-3)
    return Patient("transformer", depth, 32, seed, learning_rate=rate)


BASES: dict[str, Callable[[np.random.Generator, int], Patient]] = {
    "mlp": _mlp, "conv": _conv, "rnn": _rnn, "lstm": _lstm, "transformer": _transformer,
}  # fmt: skip


def vanishing(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    if p.family == "lstm":
        return replace(p, depth=16), replace(p, depth=16, forget_bias=rng.uniform(-6, -2))
    if p.family == "rnn":
        return p, replace(p, gain=10 ** (-rng.uniform(2, 5) / p.depth))
    depth = int(rng.integers(8, 15)) if p.family == "mlp" else int(rng.integers(6, 11))
    base = replace(p, depth=depth, optimizer="adam", learning_rate=1.5e-3, norm=False)
    if p.family == "mlp" and rng.random() < 0.5:
        return replace(base, activation="relu"), replace(base, activation="sigmoid")
    return base, replace(base, gain=10 ** (-rng.uniform(2, 6) / depth))


def exploding(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    if p.family == "rnn":
        return p, replace(p, gain=10 ** rng.uniform(0.7, 1.3))
    depth = int(rng.integers(8, 15)) if p.family == "mlp" else int(rng.integers(6, 11))
    base = replace(p, depth=depth, activation="relu", optimizer="adam", norm=False)
    base = replace(base, learning_rate=1.5e-3)
    return base, replace(base, gain=10 ** (rng.uniform(2, 5) / depth))


def saturation(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    base = replace(p, activation="tanh", depth=int(rng.integers(2, 4)), norm=False)
    if rng.random() < 0.5:
        return base, replace(base, input_scale=10 ** rng.uniform(1, 2))
    return base, replace(base, gain=rng.uniform(4, 10))


def dead_units(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    base = replace(p, activation="relu", norm=False)
    return base, replace(base, bias=-(10 ** rng.uniform(0.2, 0.9)))


def learning_rate_too_high(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    return p, replace(p, learning_rate=p.learning_rate * 10 ** rng.uniform(1.7, 3))


def learning_rate_too_low(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    return p, replace(p, learning_rate=p.learning_rate * 10 ** -rng.uniform(2, 4))


def bad_initialisation(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    if rng.random() < 0.5:
        return p, replace(p, constant=True)
    return p, replace(p, output_gain=10 ** rng.uniform(1.2, 2))


def non_finite(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    return p, replace(p, broken_step=int(rng.integers(5, 150)))


def normalisation_explosion(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    deep = int(rng.integers(26, 41)) if p.family == "mlp" else int(rng.integers(34, 45))
    base = replace(
        p, depth=deep, activation="relu", norm=True, width=32 if p.family == "mlp" else 6
    )
    base = replace(base, optimizer="adam", learning_rate=1.5e-3)
    return replace(base, residual=True), base


def data_problem(p: Patient, rng: np.random.Generator) -> tuple[Patient, Patient]:
    return p, replace(p, noise=rng.uniform(0.95, 1))


Make = Callable[[Patient, np.random.Generator], tuple[Patient, Patient]]
EVERY: tuple[str, ...] = tuple(BASES)
CONDITIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "healthy": (lambda p, rng: (p, p), EVERY),
    "vanishing": (vanishing, ("mlp", "conv", "rnn", "lstm")),
    "exploding": (exploding, ("mlp", "conv", "rnn")),
    "saturation": (saturation, ("mlp", "conv")),
    "dead units": (dead_units, ("mlp", "conv")),
    "learning rate too high": (learning_rate_too_high, EVERY),
    "learning rate too low": (learning_rate_too_low, EVERY),
    "bad initialisation": (bad_initialisation, EVERY),
    "non-finite": (non_finite, EVERY),
    "normalisation explosion": (normalisation_explosion, ("mlp", "conv")),
    "data problem": (data_problem, EVERY),
}


def admit(condition: str, seed: int) -> tuple[Patient, Patient]:
    """The healthy twin and the patient; for "healthy" they are the same."""
    make, families = CONDITIONS[condition]
    rng = np.random.default_rng([seed, list(CONDITIONS).index(condition)])
    twin, patient = make(healthy(rng, families), rng)
    return twin, patient
