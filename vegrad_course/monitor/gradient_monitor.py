"""GradientMonitor: watch the gradients of any PyTorch model while it trains."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from torch import Tensor, nn

from vegrad_course.errors import Refusal
from vegrad_course.monitor import storage
from vegrad_course.monitor.layers import layers_of, owned_by
from vegrad_course.monitor.memory import Memory
from vegrad_course.monitor.probes import Probes
from vegrad_course.monitor.records import LayerInfo, LayerRecord, Log, StepRecord
from vegrad_course.monitor.summary import layer_records
from vegrad_course.monitor.updates import Updates

FIRST = 4  # the first steps are all measured: a bad start shows at once


class GradientMonitor:
    """Records what gradients do in each layer of `model`, in two lines of a training loop:

        with GradientMonitor(model) as monitor:
            for x, y in data:
                ...                    # forward, backward, optimizer.step(), as always
                monitor.step(loss)

    `every`: layers are measured at the first steps and then at every n-th; the loss at each.
    `cap`: how many measured steps are kept; when there are more, every other one is dropped, and
    from then on half as many are taken. `stream`: a file that gets each record at once, as JSON
    Lines. Hooks are on the model only during measured steps, and always come off.

    A compiled model cannot be looked into: its activations are left out, its gradients are not.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        every: int = 20,
        cap: int = 1000,
        stream: str | Path | None = None,
    ) -> None:
        _refuse(model, every, cap)
        self.model, self.every = model, every
        self._layers = layers_of(model)
        self._owned = owned_by(self._layers)
        self._probes = Probes(model, self._layers)
        self._updates = Updates(self._layers, self._owned)
        self._memory = Memory(cap)
        self._stream_to = stream
        self._stream: TextIO | None = None
        self._count, self._attached, self._measuring = 0, False, False
        self._order: tuple[str, ...] = ()
        self._view: Any = None
        self.watchers: list[Callable[[StepRecord], None]] = []

    def attach(self) -> "GradientMonitor":
        """Begin to watch. `with` does this, and `detach` at the end, also after an exception."""
        if not self._attached:
            self._attached = True
            self._updates.attach()
            if self._stream_to is not None and self._stream is None:
                self._stream = storage.begin(Path(self._stream_to), self.log.layers)
            self._start()
        return self

    def detach(self) -> None:
        """Take every hook off. What was recorded stays."""
        self._probes.detach()
        self._updates.detach()
        if self._stream is not None:
            self._stream.close()
        self._stream, self._attached, self._measuring = None, False, False

    def __enter__(self) -> "GradientMonitor":
        return self.attach()

    def __exit__(self, *_: object) -> None:
        self.detach()

    def step(
        self, loss: float | Tensor | None = None, learning_rate: float | None = None
    ) -> StepRecord:
        """End one training step: after `loss.backward()` and `optimizer.step()`."""
        if not self._attached:
            raise Refusal("a monitor must be attached: got a step without it. Use `with`.")
        layers: tuple[LayerRecord, ...] = ()
        if self._measuring:
            self._updates.finish()
            layers = layer_records(self._owned, self._probes.seen, self._updates)
            self._order = self._order or tuple(self._probes.seen)
            self._probes.detach()
        rate = self._updates.learning_rate if learning_rate is None else learning_rate
        record = StepRecord(self._count, number(loss, "loss"), rate, layers)
        self._keep(record)
        self._count += 1
        self._start()
        return record

    @property
    def log(self) -> Log:
        """What was recorded so far."""
        order = [*self._order, *(name for name in self._layers if name not in self._order)]
        infos = tuple(
            LayerInfo(
                name, type(self._layers[name]).__name__, sum(p.numel() for p in self._owned[name])
            )
            for name in order
        )
        return Log(infos, self._memory.records())

    def save(self, path: str | Path) -> None:
        """Write the log as JSON Lines, which `monitor.load` and `vegrad diagnose` read."""
        storage.save(self.log, Path(path))

    def plot(self) -> Any:
        """Heat map of layers and steps, gradient against depth, and the loss with its events."""
        from vegrad_course.monitor.pictures import picture

        return picture(self.log)

    def live(self, steps: int) -> Iterator[int]:
        """Count the steps of a loop, with a figure of loss and gradients that follows them.

            for step in monitor.live(500):
                ...
                monitor.step(loss)

        The loop can be stopped and run again; it then goes on where it was.
        """
        from vegrad_course.widgets import LiveTraining

        if self._view is None or self._view.run.steps != steps:
            self._view = LiveTraining(self.model, steps)
        view = self._view
        self.watchers.append(lambda record: view.record(record.loss))
        try:
            yield from view
        finally:
            self.watchers.pop()

    def _keep(self, record: StepRecord) -> None:
        self._memory.add(record)
        if self._stream is not None:
            storage.write_step(self._stream, record)
        for watcher in self.watchers:
            watcher(record)

    def _start(self) -> None:
        """Get ready for the next step, if it is one of those that are measured."""
        every = self.every * self._memory.thinned
        self._measuring = self._count < FIRST or self._count % every == 0
        if self._measuring:
            self._updates.start()
            if not _compiled(self.model):
                self._probes.attach()


def number(value: float | Tensor | None, name: str) -> float | None:
    """A loss as a plain number; NaN and infinity are allowed, they are what we look for."""
    if value is None:
        return None
    if isinstance(value, Tensor) and value.numel() == 1:
        return float(value.detach())
    if isinstance(value, Tensor) or isinstance(value, bool | str):
        came = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else value
        raise Refusal(f"{name} must be one number: got {came!r}. Take its mean first.")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Refusal(f"{name} must be one number: got {value!r}. Pass the loss itself.") from None


def _compiled(model: nn.Module) -> bool:
    return any(
        type(module).__name__ == "OptimizedModule" or module._compiled_call_impl is not None
        for module in model.modules()
    )


def _refuse(model: object, every: int, cap: int) -> None:
    if not isinstance(model, nn.Module):
        raise Refusal(f"model must be a torch.nn.Module: got {type(model).__name__}. Pass it.")
    if not any(True for _ in model.parameters()):
        raise Refusal("model must have parameters: got none. There is nothing to watch.")
    if every < 1 or cap < 2:
        raise Refusal(f"every must be >= 1, cap >= 2: got {every} and {cap}. Change them.")
