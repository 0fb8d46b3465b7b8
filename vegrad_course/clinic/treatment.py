"""One change to a patient's network or training: what a remedy says, as new knobs."""

from dataclasses import replace
from typing import Any

from vegrad_course.clinic.patients import Patient
from vegrad_course.errors import Refusal, nearest

INITIAL: dict[str, Any] = {
    "gain": 1.0, "output_gain": 0.5, "bias": 0.0, "constant": False, "forget_bias": 1.5,
}  # fmt: skip
CHANGES: dict[str, dict[str, Any]] = {
    "initialise": INITIAL,
    "rectify": {"activation": "relu", **INITIAL},
    "leak": {"activation": "leaky_relu"},
    "normalise": {"norm": True},
    "residual": {"residual": True},
    "clip": {"clip": 1.0},
    "decay": {"decay": 1e-2},
    "scale the inputs": {"input_scale": 1.0},
    "mend the data": {"noise": 0.0, "broken_step": None},
}


def treat(patient: Patient, remedy: str, factor: float = 1.0) -> Patient:
    """The patient after one remedy; "learning rate" multiplies it by `factor`."""
    if remedy == "learning rate":
        return replace(patient, learning_rate=patient.learning_rate * factor)
    if remedy == "shorten":
        return replace(patient, depth=max(1, patient.depth // 4))
    if remedy not in CHANGES:
        known = nearest(remedy, [*CHANGES, "learning rate", "shorten"])
        raise Refusal(f"a remedy must be one of the clinic's: got {remedy!r}. {known}")
    return replace(patient, **CHANGES[remedy])
