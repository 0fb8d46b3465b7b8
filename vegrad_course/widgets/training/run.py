"""A training run as it stands: how far it is, what became of it, in words."""

import math
import time

from vegrad_course.scenes.model.text import number
from vegrad_course.widgets.training.history import Bins, Grid


class Run:
    """`done` of `steps` steps are recorded; `state` is "ready", "running", "stopped" or "ended"."""

    def __init__(self, steps: int, layers: list[str]) -> None:
        self.steps, self.layers = steps, layers
        self.losses, self.gradients = Bins(steps), Grid(len(layers), steps)
        self.done, self.state, self.diverged = 0, "ready", False
        self.first = self.last = math.nan
        self.began, self.before = time.perf_counter(), 0

    def begin(self) -> None:
        self.state, self.began, self.before = "running", time.perf_counter(), self.done
        self.diverged = False

    def add(self, step: int, loss: float) -> None:
        if not self.done:
            self.first = loss
        self.last, self.done = loss, step + 1
        self.diverged = not math.isfinite(loss)
        self.losses.add(step, loss)

    def end(self) -> None:
        finished = self.done == self.steps and not self.diverged
        self.state = "ended" if finished else "stopped"

    @property
    def goes_on(self) -> bool:
        return self.done < self.steps and not self.diverged

    @property
    def speed(self) -> float:
        """Steps per second since the loop last began."""
        return (self.done - self.before) / max(time.perf_counter() - self.began, 1e-9)

    @property
    def headline(self) -> str:
        """Where the run stands, and what to do if it did not come to its end."""
        far = f"{self.done} of {self.steps} steps"
        if self.diverged:
            return (
                f"Diverged at step {self.done - 1}: the loss is {number(self.last)}. "
                "Lower the learning rate or clip the gradient, and start with a new model"
            )
        if self.state == "stopped":
            return f"Stopped after {far}. Run the loop again to go on"
        return f"Training: {far}" if self.state == "running" else f"{far} done"

    @property
    def outcome(self) -> str:
        """What became of the loss."""
        if not self.done:
            return "No loss yet"
        return f"The loss went from {digits(self.first)} to {digits(self.last)}"


def digits(value: float) -> str:
    return number(value, ".3g")
