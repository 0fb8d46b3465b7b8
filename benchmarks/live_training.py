"""What live training costs: time per step with LiveTraining against none.

The runs go in a Jupyter kernel of their own, so that the figure's messages are really sent; no
browser draws them. Blocks of plain and of watched steps alternate, so that a slow moment of the
machine falls on both. Opening the figure and its static picture at the end come once a run, and
are told apart as `fixed_ms`.
"""

import argparse
import ast
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, DEPTH = 256, 20
BLOCK, BLOCKS = 0.04, 50  # seconds of one block; blocks of each kind in a pair


def models() -> dict[str, Any]:
    """Name of each model with the network and a batch of inputs for it."""
    import torch
    from torch.nn import Linear, Sequential, Tanh

    def mlp(widths: list[int]) -> Any:
        parts = [part for sizes in pairwise(widths) for part in (Linear(*sizes), Tanh())]
        return Sequential(*parts[:-1])

    torch.manual_seed(0)
    return {
        "mlp_20x256": (mlp([WIDTH] * (DEPTH + 1)), torch.randn(64, WIDTH)),
        "mlp_3x16": (mlp([2, 16, 16, 1]), torch.randn(32, 2)),
    }


class Stepper:
    """One training step at a time."""

    def __init__(self, model: Any, inputs: Any) -> None:
        import torch

        self.model, self.inputs = model, inputs
        self.optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)

    def __call__(self, record: Callable[[Any], None] | None = None) -> None:
        self.optimizer.zero_grad()
        loss = self.model(self.inputs).square().mean()
        loss.backward()
        if record:
            record(loss)
        self.optimizer.step()


def clocks() -> np.ndarray:
    """Seconds on the wall, and of processor time in all threads."""
    return np.array([time.perf_counter(), time.process_time()])


def plain(step: Stepper, count: int) -> np.ndarray:
    """Both clocks' seconds for `count` steps."""
    start = clocks()
    for _ in range(count):
        step()
    return clocks() - start


def watched(step: Stepper, count: int, watch: Any, loop: Iterator[int]) -> np.ndarray:
    """The same for the next `count` steps of the loop."""
    start = clocks()
    for _ in range(count):
        next(loop)
        step(watch.record)
    return clocks() - start


def pair(step: Stepper, blocks: int, count: int) -> np.ndarray:
    """Seconds of all plain steps, of all watched ones, of what comes once a run: (3, 2 clocks)."""
    from vegrad_course.widgets import LiveTraining

    began = clocks()
    watch = LiveTraining(step.model, blocks * count)
    loop, total = iter(watch), np.zeros((2, 2))
    for block in range(blocks):
        for kind in (block % 2, 1 - block % 2):
            seconds = watched(step, count, watch, loop) if kind else plain(step, count)
            total[kind] += seconds
            for allowance in (watch._frames, watch._samples):
                allowance.began += (
                    0 if kind else seconds[0]
                )  # plain steps earn no time for watching
    next(loop, None)
    return np.vstack([total, clocks() - began - total.sum(axis=0)])


def measure(pairs: int) -> dict[str, Any]:
    """The median over all pairs, for each model."""
    import torch

    torch.set_num_threads(1)
    found = {name: measure_one(Stepper(*parts), pairs) for name, parts in models().items()}
    report = {
        key: {name: of[key] for name, of in found.items()} for key in next(iter(found.values()))
    }
    return report | {"max_overhead": max(report["overhead"].values()), "pairs": pairs}


def measure_one(step: Stepper, pairs: int) -> dict[str, Any]:
    pair(step, 2, 10)
    count = max(round(BLOCK / (plain(step, 50)[0] / 50)), 1)
    runs = np.array([pair(step, BLOCKS, count) for _ in range(pairs)])
    wall, processor = (runs[:, 1] / runs[:, 0]).T
    once, steps = np.median(runs[:, 2, 0]), np.median(runs[:, 0, 0]) / (BLOCKS * count)
    return {
        "overhead": round(float(np.median(wall)), 4),
        "quartiles": np.quantile(wall, [0.25, 0.75]).round(4).tolist(),
        "overhead_processor": round(float(np.median(processor)), 4),
        "step_us": round(1e6 * float(steps), 1),
        "fixed_ms": round(1e3 * float(once), 1),
    }


def in_kernel(pairs: int) -> dict[str, Any]:
    """`measure` in a fresh kernel of this Python."""
    from jupyter_client.manager import start_new_kernel

    told: list[str] = []

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            told.append(message["content"]["text"])
        if message["msg_type"] == "error":
            raise RuntimeError("\n".join(message["content"]["traceback"]))

    here = Path(__file__).resolve()
    code = (f"import sys; sys.path[:0] = {[str(here.parent), str(here.parent.parent)]}\n"
            f"from live_training import measure; print(measure({pairs}))")  # fmt: skip
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(code, output_hook=hook)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    found: dict[str, Any] = ast.literal_eval("".join(told))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--quick", action="store_true", help="3 pairs in place of 15")
    options = parser.parse_args()
    report = in_kernel(3 if options.quick else 15)
    if options.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        for name, ratio in report["overhead"].items():
            print(f"{name}: {ratio:.3f}× ({report['step_us'][name]:.0f} µs a step)")
