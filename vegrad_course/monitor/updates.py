"""What an optimizer does to the layers, seen from just before and just after its step.

The gradient is read where the optimizer reads it: after accumulation, after a gradient scaler has
divided, and after clipping.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.utils.hooks import RemovableHandle

from vegrad_course.monitor import measure
from vegrad_course.monitor.records import GradientState

Gradient = tuple[float | None, GradientState, int]


def gradient_of(parameters: list[Tensor]) -> Gradient:
    """log10 of the norm, its state, and how many entries are not finite."""
    found = [p.grad.detach() for p in parameters if p.grad is not None]
    if not found:
        return None, "missing", 0
    norm = measure.log10_norm(found)
    if norm != norm:
        return None, "non-finite", measure.non_finite(found)
    if norm == float("-inf"):
        return norm, "zero", 0
    return norm, "underflow" if norm < -30 and measure.faded(found) else "finite", 0


class Updates:
    """Watches every torch optimizer that moves parameters of the model.

    While `measuring`, a step fills `gradients` and `changes`, by layer. The learning rate is
    taken at every step. Models that are trained without a torch optimizer leave both empty.
    """

    def __init__(self, layers: dict[str, nn.Module], owned: dict[str, list[nn.Parameter]]) -> None:
        self.owned = owned
        self.home = {id(p): name for name, ps in owned.items() for p in ps}
        self.gradients: dict[str, Gradient] = {}
        self.changes: dict[str, float | None] = {}
        self.before: dict[str, list[Tensor]] = {}
        self.learning_rate: float | None = None
        self.measuring = self.seen_one = False
        self.handles: list[RemovableHandle] = []

    def attach(self) -> None:
        self.handles = [
            register_optimizer_step_pre_hook(self._before),
            register_optimizer_step_post_hook(self._after),
        ]

    def detach(self) -> None:
        for handle in self.handles:
            handle.remove()
        self.handles.clear()

    def start(self) -> None:
        """Begin to measure: forget the last step, and remember where the weights are."""
        self.measuring = True
        self.gradients, self.changes, self.before = {}, {}, {}
        if not self.seen_one:
            self.before = {name: self._samples(name) for name in self.owned}

    def finish(self) -> None:
        """End measuring; without an optimizer, read gradients and weights as they stand now."""
        self.measuring = False
        for name, parameters in self.owned.items():
            if name not in self.gradients:
                self.gradients[name] = gradient_of(list(parameters))
        self._compare(self.before)

    def _layers_of(self, optimizer: Optimizer) -> list[str]:
        groups = (group["params"] for group in optimizer.param_groups)
        names = (self.home.get(id(p)) for parameters in groups for p in parameters)
        return list(dict.fromkeys(name for name in names if name))

    def _before(self, optimizer: Optimizer, *_: Any) -> None:
        if self.measuring or not self.seen_one:
            names = self._layers_of(optimizer)
            if not names:
                return
            self.seen_one = True
        if self.measuring:
            for name in names:
                self.gradients[name] = gradient_of(list(self.owned[name]))
                self.before[name] = self._samples(name)

    def _after(self, optimizer: Optimizer, *_: Any) -> None:
        if self.measuring and (names := self._layers_of(optimizer)):
            self.learning_rate = float(optimizer.param_groups[0]["lr"])
            self._compare({name: self.before.pop(name) for name in names if name in self.before})

    def _compare(self, before: dict[str, list[Tensor]]) -> None:
        for name, old in before.items():
            self.changes[name] = measure.log10_change(old, self._samples(name))

    def _samples(self, name: str) -> list[Tensor]:
        with torch.no_grad():
            return [measure.sample(p) for p in self.owned[name]]
