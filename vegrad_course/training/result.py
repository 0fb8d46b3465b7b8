"""What came of training one network."""

from dataclasses import dataclass
from math import nan

import numpy as np

from vegrad_course.training.network import Network
from vegrad_course.training.recipe import Recipe


@dataclass(frozen=True)
class Result:
    """Accuracies at the end, in [0, 1], and some of the losses on the way.

    `losses[i]` is the mean cross-entropy in nats of the batch of step `steps[i]`, before that
    step. A run diverged at the first step (`diverged_at`, counted from 0) whose loss is not
    finite, or at the end if only the trained network's outputs are not; its accuracies are NaN.
    """

    network: Network
    train_accuracy: float
    test_accuracy: float
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    diverged_at: int | None = None

    @property
    def diverged(self) -> bool:
        return self.diverged_at is not None


def result_of(
    network: Network, recipe: Recipe, losses: np.ndarray, train: float, test: float
) -> Result:
    """A result from the losses of all steps, (steps,), and accuracies that are NaN if diverged."""
    bad = np.flatnonzero(~np.isfinite(losses))
    end = recipe.steps if np.isnan(train) or np.isnan(test) else None
    diverged_at = int(bad[0]) if len(bad) else end
    kept = recipe.kept_steps()
    if diverged_at is not None:
        kept, train, test = kept[kept < diverged_at], nan, nan
    return Result(
        network, train, test, tuple(kept.tolist()), tuple(losses[kept].tolist()), diverged_at
    )
