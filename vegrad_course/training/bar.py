"""The progress bar, in a terminal and in a notebook."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


@contextmanager
def bar(total: int, shown: bool) -> Iterator[Advance]:
    """A bar of `total` training steps, gone at the end; call what it gives to advance it.

    It is drawn on the error stream, and not at all where that is a file.
    """
    console = Console(stderr=True)
    drawn = shown and (console.is_terminal or console.is_jupyter)
    columns = (TextColumn("training"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    left = TimeRemainingColumn()
    with Progress(*columns, left, console=console, transient=True, disable=not drawn) as progress:
        task = progress.add_task("training", total=total)
        yield lambda steps: progress.advance(task, steps)
