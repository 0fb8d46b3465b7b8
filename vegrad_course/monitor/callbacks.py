"""The monitor inside other people's training loops: Lightning, and Hugging Face's Trainer.

Both libraries are optional: a class here is made when it is first asked for.
"""

from typing import Any

from vegrad_course.errors import Refusal
from vegrad_course.monitor.gradient_monitor import GradientMonitor


def lightning_callback(**options: Any) -> Any:
    """A callback for `Trainer(callbacks=[...])` of Lightning; its `.monitor` holds the log.

    Options are those of GradientMonitor.
    """
    pytorch = _library("lightning.pytorch", "pytorch_lightning")

    base: Any = pytorch.Callback

    class MonitorCallback(base):
        monitor: GradientMonitor | None = None

        def on_train_start(self, trainer: Any, module: Any) -> None:
            self.monitor = GradientMonitor(module, **options).attach()

        def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, *_: Any) -> None:
            loss = outputs["loss"] if isinstance(outputs, dict) else outputs
            if self.monitor is not None:
                self.monitor.step(loss)

        def on_train_end(self, trainer: Any, module: Any) -> None:
            self._detach()

        def on_exception(self, trainer: Any, module: Any, exception: BaseException) -> None:
            self._detach()

        def _detach(self) -> None:
            if self.monitor is not None:
                self.monitor.detach()

    return MonitorCallback()


def trainer_callback(**options: Any) -> Any:
    """A callback for `Trainer(callbacks=[...])` of Hugging Face; its `.monitor` holds the log.

    The Trainer tells a callback the loss only when it logs: set `logging_steps=1` to have it at
    every step. Options are those of GradientMonitor.
    """
    transformers = _library("transformers")

    base: Any = transformers.TrainerCallback

    class MonitorCallback(base):
        monitor: GradientMonitor | None = None
        pending = False

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.monitor = GradientMonitor(kwargs["model"], **options).attach()

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._flush(None)
            self.pending = True

        def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._flush((kwargs.get("logs") or {}).get("loss"))

        def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._flush(None)
            if self.monitor is not None:
                self.monitor.detach()

        def _flush(self, loss: float | None) -> None:
            """The step that ended last, with its loss if that came."""
            if self.pending and self.monitor is not None:
                self.monitor.step(loss)
            self.pending = False

    return MonitorCallback()


def _library(*names: str) -> Any:
    from importlib import import_module

    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise Refusal(f"this callback needs {names[0]}: it is not installed. Run `pip install` for it.")
