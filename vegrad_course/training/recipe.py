"""How to train: the optimiser, its step, the batches."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from vegrad_course.errors import Refusal, nearest
from vegrad_course.training.network import Network, at_least, is_number, not_negative

OPTIMIZERS = ("sgd", "adam")
DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Recipe:
    """`steps` steps of `optimizer` with learning rate `lr` on batches of `batch` examples.

    `weight_decay` adds weight_decay * parameter to each gradient (L2 regularisation). `history` is
    how many losses a result keeps, evenly spread over the steps.
    """

    optimizer: Literal["sgd", "adam"] = "sgd"
    lr: float = 0.1
    batch: int = 64
    steps: int = 500
    weight_decay: float = 0.0
    dtype: Literal["float32", "float64"] = "float32"
    history: int = 100

    def __post_init__(self) -> None:
        for name, known in (("optimizer", OPTIMIZERS), ("dtype", DTYPES)):
            if (got := getattr(self, name)) not in known:
                rule = f"{name} must be one of {', '.join(known)}: got {got!r}"
                raise Refusal(f"{rule}. {nearest(str(got), known)}")
        if not is_number(self.lr) or self.lr <= 0:
            raise Refusal(f"lr must be finite and above 0: got {self.lr!r}. Try 0.1, or less.")
        not_negative("weight_decay must be finite and not negative", self.weight_decay)
        for name in ("batch", "steps", "history"):
            at_least(f"{name} must be a whole number", getattr(self, name), 1)

    def kept_steps(self) -> np.ndarray:
        """The steps, counted from 0, whose loss a result keeps: the first and the last too."""
        return np.unique(np.linspace(0, self.steps - 1, self.history).astype(int))


def batches(network: Network, recipe: Recipe, examples: int) -> np.ndarray:
    """Which examples come in each step, (steps, batch): shuffled epochs, one after another."""
    rng = network.generator(1)
    needed = recipe.steps * recipe.batch
    order = [rng.permutation(examples) for _ in range(ceil(needed / examples))]
    return np.concatenate(order)[:needed].reshape(recipe.steps, recipe.batch)
