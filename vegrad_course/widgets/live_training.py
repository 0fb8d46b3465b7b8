"""Live training: a figure that follows a run while it goes on."""

import time
from collections.abc import Iterator
from typing import Any

from vegrad_course.errors import Refusal
from vegrad_course.widgets.training.allowance import Allowance
from vegrad_course.widgets.training.gradients import layers, log10_norms
from vegrad_course.widgets.training.interrupt import stops_on_interrupt
from vegrad_course.widgets.training.run import Run
from vegrad_course.widgets.training.screens import screen


class LiveTraining:
    """Follow a training loop: its loss, and the gradient norm by layer and step.

        watch = LiveTraining(model, steps=500)
        for step in watch:
            ...
            loss.backward()
            watch.record(loss)
            optimizer.step()

    `step` counts from 0. The figure's Stop button, the notebook's ■ and Ctrl-C end the loop after
    the present step; run the loop again and it goes on with the next one. A loss that is NaN or
    infinite ends it too. Watching takes about 1% of the time and a few microseconds a step; what
    it keeps does not grow with the number of steps.
    """

    def __init__(self, model: Any, steps: int) -> None:
        check(model, steps)
        groups = layers(model)
        self._groups = list(groups.values())
        self.run = Run(steps, list(groups))
        self.stopping = False
        self._screen = screen(self.run)
        self._step: int | None = None
        self._frames = Allowance(share=0.008, interval=0.1)
        self._samples = Allowance(share=0.004)
        self._loop = 0

    def __iter__(self) -> Iterator[int]:
        self._loop += 1
        loop, self.stopping = self._loop, False
        with stops_on_interrupt(self):
            self._open()
            try:
                run = self.run
                while run.goes_on and not self.stopping and loop == self._loop:
                    self._step = step = run.done
                    yield step
                    if run.done == step:
                        raise nothing_recorded(step)
            finally:
                if loop == self._loop:
                    self._close()

    def record(self, loss: Any) -> None:
        """Note the loss of this step, a number or a tensor with one; after `loss.backward()`."""
        step = self._step
        if step is None:
            raise Refusal(
                "record belongs inside `for step in watch:`: got a loss while no step runs. "
                "Move it into the loop."
            )
        run, now = self.run, time.perf_counter()
        run.add(step, plain(loss))
        if now >= self._samples.due or step >= run.gradients.wanted or run.diverged:
            with self._samples.use():
                run.gradients.add(step, log10_norms(self._groups))
        if now >= self._frames.due:
            with self._frames.use():
                self._screen.show(run)

    def stop(self) -> None:
        """End the loop after the present step."""
        self.stopping = True

    def _open(self) -> None:
        self.run.begin()
        self._screen.open(self.run)
        self._frames.restart()
        self._samples.restart()

    def _close(self) -> None:
        self._step = None
        self.run.end()
        self._screen.close(self.run)


def nothing_recorded(step: int) -> Refusal:
    return Refusal(
        f"Each step must call record(loss): got none in step {step}. "
        "Add watch.record(loss) after loss.backward()."
    )


def plain(loss: Any) -> float:
    """The loss as a float."""
    try:
        return loss.item()
    except (AttributeError, RuntimeError, ValueError):
        if isinstance(loss, (int, float)):
            return float(loss)
    got = f"shape {tuple(loss.shape)}" if hasattr(loss, "shape") else repr(loss)
    raise Refusal(f"The loss must be one number: got {got}. Take its mean, loss.mean().")


def check(model: Any, steps: Any) -> None:
    from torch.nn import Module

    if not isinstance(model, Module):
        raise Refusal(
            f"model must be a torch.nn.Module: got {type(model).__name__}. "
            "Give the network that the loop trains."
        )
    if not any(p.requires_grad for p in model.parameters()):
        raise Refusal(
            f"model must have parameters that learn: got {type(model).__name__} with none. "
            "Add a layer with weights, or unfreeze one."
        )
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise Refusal(
            f"steps must be a whole number of at least 1: got {steps!r}. "
            "Give the number of training steps, for example steps=500."
        )
