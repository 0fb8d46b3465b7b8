"""Running a notebook's cells, one after the other, as a kernel does, without a kernel."""

import re
import time
from typing import Any

from .alarm import TimeLimit, time_limit
from .limits import Limits

LONGEST_TEXT = 20_000


def new_shell() -> Any:
    """IPython's shell with figures drawn inline. Made once, before the fork."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0

    class Shell(InteractiveShell):
        """No windows, and errors are kept in the result alone."""

        def _nothing(self, *_: Any, **__: Any) -> None:
            pass

        enable_gui = showtraceback = showsyntaxerror = _nothing

    shell = Shell.instance(config=config)
    shell.enable_matplotlib("inline")
    return shell


def run(shell: Any, cells: list[list[str]], bounds: Limits) -> list[list[dict]]:
    """The outputs of each cell, in nbformat's form. `cells` holds pairs of an id and a text."""
    left, outputs = bounds.output * 2**20, []
    for _, text in cells:
        made = _bounded(_run_cell(shell, text, bounds.cell), left)
        left -= sum(_size(output) for output in made)
        outputs.append(made)
    return outputs


def _run_cell(shell: Any, text: str, seconds: float) -> list[dict]:
    from IPython.utils.capture import capture_output

    error: Any = None
    begun = time.monotonic()
    with capture_output() as captured:
        try:
            with time_limit(seconds):
                result = shell.run_cell(text, store_history=False)
                error = result.error_before_exec or result.error_in_exec
        except (TimeLimit, SystemExit, KeyboardInterrupt) as stopped:
            error = stopped
    if time.monotonic() - begun > seconds:
        error = TimeoutError(f"This cell did not finish within {seconds:g} s.")
    return [*_outputs(captured), *([_error(error)] if error is not None else [])]


def _outputs(captured: Any) -> list[dict]:
    made: list[dict] = [
        {"output_type": "stream", "name": name, "text": text}
        for name, text in (("stdout", captured.stdout), ("stderr", captured.stderr))
        if isinstance(text, str) and text
    ]
    for rich in captured.outputs:
        data = {k: v for k, v in dict(rich.data).items() if isinstance(v, str)}
        made.append({"output_type": "display_data", "data": data, "metadata": {}})
    return made


def _error(error: BaseException) -> dict:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))[:LONGEST_TEXT]
    name = type(error).__name__
    traceback = [f"{name}: {text}"]
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": traceback}


def _bounded(outputs: list[dict], left: int) -> list[dict]:
    if sum(map(_size, outputs)) <= left:
        return outputs
    note = "The output of this cell is left out: the notebook printed more than it may."
    return [{"output_type": "stream", "name": "stderr", "text": note}]


def _size(output: dict) -> int:
    parts = [output.get("text", ""), output.get("evalue", ""), *output.get("data", {}).values()]
    return sum(map(len, parts))
