"""The progress bar of a run."""

import contextlib
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vegrad_course.widgets.training.run import Run, digits


class Terminal:
    """A progress bar; where the output is not a terminal, only the last line."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()

    def open(self, run: Run) -> None:
        self.bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]} steps/s"),
            TimeRemainingColumn(),
            TextColumn("loss {task.fields[loss]}"),
            console=self.console,
            auto_refresh=False,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task("", total=run.steps, **fields(run))
        with contextlib.suppress(Exception):  # another bar is on this screen: the last line remains
            self.bar.start()

    def show(self, run: Run) -> None:
        self.bar.update(self.task, **fields(run), refresh=True)

    def close(self, run: Run) -> None:
        self.show(run)
        self.bar.stop()
        self.console.print(f"{run.headline}. {run.outcome}.", highlight=False, soft_wrap=True)


def fields(run: Run) -> dict[str, Any]:
    return {"completed": run.done, "loss": digits(run.last), "speed": digits(run.speed)}
