"""Hooks on a model for one forward pass, and what they saw. They are on only while needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from vegrad_course.monitor import measure
from vegrad_course.monitor.activations import ActivationMode, saturated, silent_units

CONVOLUTIONS = (nn.modules.conv._ConvNd, nn.modules.batchnorm._BatchNorm, nn.GroupNorm)


@dataclass
class Seen:
    """What passed through one layer in one step; averages where it was called more than once."""

    shapes: list[dict[str, float | None]] = field(default_factory=list)
    signals: list[float] = field(default_factory=list)
    over_time: list[float] = field(default_factory=list)
    saturated: list[float] = field(default_factory=list)
    silent: Tensor | None = None
    activation: str | None = None
    channels: bool = False
    input_rms: float | None = None


class Probes:
    """Watches the layers of a model from `attach` to `detach`. `seen` is filled by name.

    While the outermost module runs, an `ActivationMode` is on, so that activations are seen
    whether they are modules or functions. The order in which layers ran is kept in `seen`.
    """

    def __init__(self, model: nn.Module, layers: dict[str, nn.Module]) -> None:
        self.model, self.names = model, {module: name for name, module in layers.items()}
        self.seen: dict[str, Seen] = {}
        self.handles: list[RemovableHandle] = []
        self.modes: list[ActivationMode] = []
        self.depth, self.latest = 0, ""

    def attach(self) -> None:
        self.seen, self.depth, self.latest = {}, 0, ""
        for module in self.model.modules():
            self.handles += [
                module.register_forward_pre_hook(self._before),
                module.register_forward_hook(self._after, prepend=True, always_call=True),
            ]

    def detach(self) -> None:
        for handle in self.handles:
            handle.remove()
        self.handles.clear()
        while self.modes:
            self.modes.pop().__exit__(None, None, None)

    def _before(self, module: nn.Module, inputs: Any) -> Any:
        if torch.compiler.is_compiling():
            return None
        self.depth += 1
        if self.depth == 1:
            self.modes.append(ActivationMode(self._activation))
            self.modes[-1].__enter__()
        if isinstance(module, nn.RNNBase) and module in self.names:
            return self._watch_time(module, inputs)
        return None

    def _after(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if torch.compiler.is_compiling() or not self.depth:
            return
        self.depth -= 1
        if self.depth == 0 and self.modes:
            self.modes.pop().__exit__(None, None, None)
        if module in self.names:
            for tensor in tensors(output):
                self._layer(module, tensor, inputs)
                break

    def _layer(self, module: nn.Module, output: Tensor, inputs: Any) -> None:
        """A layer ran: note the shape of its output, and ask for the gradient that comes back."""
        if not torch.is_grad_enabled():
            return  # a validation pass, or the first of a checkpoint's two
        first, self.latest = not self.latest, self.names[module]
        seen = self.seen.setdefault(self.latest, Seen())
        seen.channels = isinstance(module, CONVOLUTIONS)
        if first and (entering := next(tensors(inputs), None)) is not None:
            seen.input_rms = 10 ** measure.log10_rms(entering.detach())
        seen.shapes.append(measure.shape_of(output.detach(), seen.channels))
        if isinstance(module, nn.RNN):
            self._activation(str(module.nonlinearity), output.detach())
        if output.requires_grad:
            output.register_hook(listener(seen.signals, measure.log10_rms))

    def _activation(self, name: str, output: Tensor) -> None:
        """An activation ran: it belongs to the layer that ran last."""
        seen = self.seen.get(self.latest)
        if seen is None or not torch.is_grad_enabled():
            return
        seen.activation = name
        if (share := saturated(name, output)) is not None:
            seen.saturated.append(share)
        silent = silent_units(name, measure.units_last(output, seen.channels))
        if silent is not None:
            same = seen.silent is not None and seen.silent.shape == silent.shape
            seen.silent = seen.silent & silent if same and seen.silent is not None else silent

    def _watch_time(self, module: nn.RNNBase, inputs: tuple[Any, ...]) -> Any:
        """Let the gradient reach the input sequence, to see how far back in time it gets."""
        sequence = inputs[0] if inputs else None
        usable = isinstance(sequence, Tensor) and sequence.dim() == 3 and torch.is_grad_enabled()
        if not usable or sequence is None or not sequence.is_floating_point():
            return None
        if not sequence.requires_grad:
            sequence = sequence.detach().requires_grad_()
        seen = self.seen.setdefault(self.names[module], Seen())
        time = 1 if module.batch_first else 0
        sequence.register_hook(listener(seen.over_time, lambda g: log10_over_time(g, time)))
        return (sequence, *inputs[1:])


def log10_over_time(gradient: Tensor, time: int) -> float:
    """log10 of the gradient at the first tenth of the steps over that at the last tenth."""
    steps = gradient.shape[time]
    tenth = max(1, steps // 10)
    first = measure.log10_norm([gradient.narrow(time, 0, tenth)])
    return first - measure.log10_norm([gradient.narrow(time, steps - tenth, tenth)])


def listener(into: list[float], number: Callable[[Tensor], float]) -> Callable[[Tensor], None]:
    """A tensor hook that notes a number of the gradient and leaves the gradient alone."""

    def listen(gradient: Tensor) -> None:
        into.append(number(gradient.detach()))

    return listen


def tensors(output: Any) -> Iterator[Tensor]:
    """The floating-point tensors in whatever a module returned, outermost first."""
    if isinstance(output, Tensor):
        if output.is_floating_point():
            yield output
    elif isinstance(output, dict):
        for item in output.values():
            yield from tensors(item)
    elif isinstance(output, tuple | list):
        for item in output:
            yield from tensors(item)
