"""The examples to learn from, checked once."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from vegrad_course.errors import Refusal


@dataclass(frozen=True)
class Data:
    """Inputs (examples, features) and class labels (examples,) counted from 0, in two shares.

    `vegrad_course.datasets.digits()` has the same fields and can stand in its place.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


class Examples(Protocol):
    """What `train` accepts: anything with the four arrays of `Data`."""

    @property
    def x_train(self) -> np.ndarray: ...
    @property
    def y_train(self) -> np.ndarray: ...
    @property
    def x_test(self) -> np.ndarray: ...
    @property
    def y_test(self) -> np.ndarray: ...


@dataclass(frozen=True)
class Tensors:
    """The same as tensors of one dtype, with the number of classes."""

    x_train: Tensor
    y_train: Tensor
    x_test: Tensor
    y_test: Tensor
    classes: int


def as_tensors(data: Examples, dtype: str) -> Tensors:
    """Check the arrays and convert them; Refusal if they do not fit together."""
    arrays = {}
    for share in ("train", "test"):
        x, y = (array_of(data, f"{kind}_{share}") for kind in "xy")
        check_inputs(f"x_{share}", x)
        check_labels(f"y_{share}", y, len(x))
        arrays[f"x_{share}"] = torch.tensor(x, dtype=getattr(torch, dtype))
        arrays[f"y_{share}"] = torch.tensor(y, dtype=torch.int64)
    features = [arrays[name].shape[1] for name in ("x_train", "x_test")]
    if features[0] != features[1]:
        rule = "x_train and x_test must have the same number of features"
        raise Refusal(f"{rule}: got {features[0]} and {features[1]}. Give both the same columns.")
    return Tensors(**arrays, classes=1 + int(max(arrays["y_train"].max(), arrays["y_test"].max())))


def array_of(data: object, name: str) -> np.ndarray:
    if not hasattr(data, name):
        rule = "data must have x_train, y_train, x_test and y_test"
        raise Refusal(f"{rule}: got {type(data).__name__} without {name}. Use Data or digits().")
    return np.asarray(getattr(data, name))


def check_inputs(name: str, x: np.ndarray) -> None:
    if x.ndim != 2 or 0 in x.shape:
        rule = f"{name} must have shape (examples, features), none of them 0"
        raise Refusal(f"{rule}: got {x.shape}. Reshape it.")
    if x.dtype.kind not in "fiu" or not np.isfinite(x).all():
        bad = x.dtype if x.dtype.kind not in "fiu" else f"{np.sum(~np.isfinite(x))} that are not"
        raise Refusal(f"{name} must hold finite numbers: got {bad}. Clean the data first.")


def check_labels(name: str, y: np.ndarray, examples: int) -> None:
    if y.shape != (examples,):
        rule = f"{name} must have one label for each of the {examples} examples"
        raise Refusal(f"{rule}: got shape {y.shape}. Give shape ({examples},).")
    if y.dtype.kind not in "iu" or y.min() < 0:
        got = y.dtype if y.dtype.kind not in "iu" else y.min()
        raise Refusal(f"{name} must hold whole numbers from 0 up: got {got}. Number the classes.")
