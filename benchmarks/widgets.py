"""How fast is a living figure? The scalar chain in JupyterLab, against `ipywidgets.interact`.

One run, one machine, one `vegrad start`, three notebooks: the living figure with Python computing,
the same with its JavaScript twin, and the same picture with `interact` and inline matplotlib. Times
are milliseconds from the slider's key event to just after the paint of its picture. Compare ratios
within a run: the load of the machine is part of the output.

    python benchmarks/widgets.py [--json] [--quick]
"""

import argparse
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from _cells import CELLS
from _notebook import Notebook
from playwright.sync_api import Browser

from tests.browser.delay import delayed
from tests.browser.lab import chromium, course
from tests.browser.meter import Drag

ROUND_TRIP = 0.08  # seconds, as to Binder


@dataclass
class Result:
    """One kind of figure: milliseconds of each step, what the steps cost, and one drag."""

    steps_ms: list[float] = field(default_factory=list)
    traffic: int = 0
    cpu_s: float = 0.0
    drag: Drag | None = None

    def add_round(self, notebook: Notebook, key: str, count: int) -> None:
        before = notebook.spent()
        self.steps_ms += notebook.meter.steps(key, count)
        after = notebook.spent()
        self.traffic += after[0] - before[0]
        self.cpu_s += after[1] - before[1]

    def summary(self) -> dict[str, float]:
        assert self.drag
        steps = len(self.steps_ms)
        return {
            "median_ms": round(float(np.median(self.steps_ms)), 1),
            "p95_ms": round(float(np.percentile(self.steps_ms, 95)), 1),
            "bytes_per_change": round(self.traffic / steps),
            "kernel_cpu_ms_per_change": round(1000 * self.cpu_s / steps, 1),
            "drag_values": len(self.drag.values),
            "drag_pictures": len(self.drag.pictures),
            "drag_drawn": round(self.drag.share, 3),
            "drag_lag_ms": round(self.drag.lag_ms, 1),
        }


def measure(notebooks: dict[str, Notebook], rounds: int, steps: int) -> dict[str, Any]:
    """All kinds in turn, round by round, so that a busy minute of the machine hits each alike."""
    results = {kind: Result() for kind in notebooks}
    for i in range(rounds):
        for kind, notebook in notebooks.items():
            notebook.warm_up()
            results[kind].add_round(notebook, ("ArrowLeft", "ArrowRight")[i % 2], steps)
    for kind, notebook in notebooks.items():
        notebook.warm_up()
        results[kind].drag = notebook.meter.drag()
    return {kind: result.summary() for kind, result in results.items()}


def opened(browser: Browser, address: str, folder: Path, name: str) -> dict[str, Notebook]:
    return {k: Notebook(browser, address, folder, k, f"{name}-{k}") for k in CELLS}


def closed(notebooks: dict[str, Notebook]) -> None:
    for notebook in notebooks.values():
        notebook.page.close()


def run(rounds: int, steps: int) -> dict[str, Any]:
    load = os.getloadavg()[0]
    with chromium() as browser, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with course(folder) as address:
            near = opened(browser, address, folder, "near")
            results = measure(near, rounds, steps)
            closed(near)
            with delayed(int(address.rsplit(":")[-1]), ROUND_TRIP) as port:
                far = opened(browser, f"http://127.0.0.1:{port}", folder, "far")
                slow = measure(far, 1, steps)
                closed(far)
    return report(results, slow, near) | {"load_average": [load, os.getloadavg()[0]]}


def report(near: dict[str, Any], far: dict[str, Any], books: dict[str, Notebook]) -> dict[str, Any]:
    """The figures in question first, then everything by kind of figure."""
    python, twin, interact = (near[kind] for kind in ("python", "javascript", "interact"))
    return {
        "ratio_vs_interact": ratio(near, "python"),
        "ratio_vs_interact_js": ratio(near, "javascript"),
        "median_ms": python["median_ms"],
        "p95_ms": python["p95_ms"],
        "median_ms_js": twin["median_ms"],
        "p95_ms_js": twin["p95_ms"],
        "interact_median_ms": interact["median_ms"],
        "bytes_per_change": python["bytes_per_change"],
        "kernel_cpu_ms_per_change": python["kernel_cpu_ms_per_change"],
        "drag_drawn": {"javascript": twin["drag_drawn"], "python": python["drag_drawn"]},
        "first_figure_s": round(books["javascript"].first_figure_s, 2),
        "saved_notebook_kb": round(books["javascript"].saved_kb, 1),
        "near": near,
        "with_80ms": far
        | {"ratio_vs_interact": ratio(far, "python"),
           "ratio_vs_interact_js": ratio(far, "javascript")},
        "start": {
            kind: {"first_figure_s": round(book.first_figure_s, 2),
                   "saved_notebook_kb": round(book.saved_kb, 1)}
            for kind, book in books.items()
        },
    }  # fmt: skip


def ratio(results: dict[str, Any], kind: str) -> float:
    """How many times faster than interact, by the median."""
    return round(float(results["interact"]["median_ms"] / results[kind]["median_ms"]), 1)


def table(found: dict[str, Any]) -> str:
    rows = [("", *CELLS)]
    for where in ("near", "with_80ms", "start"):
        rows += [(f"[{where}]", *[""] * len(CELLS))]
        for name in next(iter(found[where].values())):
            rows += [(name, *(str(found[where][kind][name]) for kind in CELLS))]
    lines = ["".join(f"{cell:>{14 if i else 26}}" for i, cell in enumerate(row)) for row in rows]
    ratios = f"faster than interact: {found['ratio_vs_interact']}x when Python computes, "
    ratios += f"{found['ratio_vs_interact_js']}x when JavaScript does; with 80 ms "
    ratios += "{ratio_vs_interact}x and {ratio_vs_interact_js}x".format(**found["with_80ms"])
    loads = "load average at start and end: {:.1f}, {:.1f}".format(*found["load_average"])
    return "\n".join([*lines, "", ratios, loads])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--quick", action="store_true", help="one round of ten steps")
    options = parser.parse_args()
    found = run(1, 10) if options.quick else run(3, 40)
    print(json.dumps(found, indent=2) if options.json else table(found))


if __name__ == "__main__":
    main()
