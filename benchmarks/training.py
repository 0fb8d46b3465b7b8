"""How much faster is training many networks at once than one by one?

The trainability map: depth × sigma_w² × seeds, tanh, width 64, batches of 64 digits, plain SGD.
Each round trains one seed's networks by the loop, and all seeds' networks at once; the loop's time
for all seeds is that of its seed times their number. The order alternates from round to round. The
loop runs with as many of torch's threads as suit it best.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from vegrad_course.datasets import digits
from vegrad_course.training import Network, Recipe, Result, train, train_one_by_one

FULL = {"depths": (10, 20, 40, 80), "gains": 8, "seeds": 5, "steps": 50}
QUICK = {"depths": (10, 20), "gains": 4, "seeds": 5, "steps": 50}


def clocks() -> np.ndarray:
    """Seconds on the wall, and of processor time in all threads."""
    return np.array([time.perf_counter(), time.process_time()])


def timed(work: Callable[[], list[Result]]) -> tuple[np.ndarray, list[Result]]:
    start = clocks()
    results = work()
    return clocks() - start, results


class Trainers:
    """The two ways, with the data and the recipe."""

    def __init__(self, steps: int) -> None:
        self.data, self.recipe = digits(), Recipe("sgd", lr=0.05, batch=64, steps=steps)
        self.threads = torch.get_num_threads()
        self.loop_threads = self.threads

    def loop(self, networks: list[Network]) -> list[Result]:
        torch.set_num_threads(self.loop_threads)
        try:
            return train_one_by_one(networks, self.recipe, self.data, progress=False)
        finally:
            torch.set_num_threads(self.threads)

    def together(self, networks: list[Network]) -> list[Result]:
        return train(networks, self.recipe, self.data, progress=False)

    def choose_loop_threads(self, networks: list[Network]) -> None:
        """The faster of one thread and all threads; this warms up too."""
        seconds = {}
        for count in sorted({1, self.threads}):
            self.loop_threads = count
            seconds[count] = min(timed(lambda: self.loop(networks))[0][0] for _ in range(3))
        self.loop_threads = min(seconds, key=seconds.__getitem__)


def networks_of(seed: int, depths: tuple[int, ...], gains: int) -> list[Network]:
    sigmas = np.linspace(0.5, 4, gains).tolist()
    return [Network(depth, sigma_w2=sigma, seed=seed) for depth in depths for sigma in sigmas]


def measure(depths: tuple[int, ...], gains: int, seeds: int, steps: int) -> dict[str, Any]:
    trainers, load = Trainers(steps), os.getloadavg()[0]
    each = [networks_of(seed, depths, gains) for seed in range(seeds)]
    everything = [network for part in each for network in part]
    trainers.choose_loop_threads(each[0][:1])
    trainers.together(each[0])
    times, one_by_one = [], []
    for seed in range(seeds):
        work = [lambda seed=seed: trainers.loop(each[seed]), lambda: trainers.together(everything)]
        first = seed % 2
        done = {way: timed(work[way]) for way in (first, 1 - first)}
        times.append([seeds * done[0][0], done[1][0]])
        one_by_one += done[0][1]
        wall, processor = times[-1][0] / times[-1][1]
        said = f"{wall:.1f}× on the wall, {processor:.1f}× in processor time"
        print(f"round {seed + 1} of {seeds}: {said}", file=sys.stderr, flush=True)
    shape = {"networks": len(everything), "steps": steps, "loop_threads": trainers.loop_threads}
    same = agreement(one_by_one, done[1][1])
    return figures(np.array(times)) | shape | {"threads": trainers.threads, "load": load} | same


def figures(times: np.ndarray) -> dict[str, Any]:
    """From seconds (rounds, loop and together, wall and processor)."""
    wall, processor = (times[:, 0] / times[:, 1]).T
    return {
        "ratio_vs_loop": round(float(np.median(wall)), 2),
        "ratios": wall.round(2).tolist(),
        "ratio_processor": round(float(np.median(processor)), 2),
        "loop_seconds": round(float(np.median(times[:, 0, 0])), 2),
        "together_seconds": round(float(np.median(times[:, 1, 0])), 2),
    }


def agreement(loop: list[Result], together: list[Result]) -> dict[str, Any]:
    """How far the two ways' results lie apart, in float32."""
    accuracy = [abs(a.test_accuracy - b.test_accuracy) for a, b in zip(loop, together, strict=True)]
    loss = [
        np.abs(np.subtract(a.losses, b.losses)).max() for a, b in zip(loop, together, strict=True)
    ]
    return {
        "equal_accuracy": round(float(np.mean(np.array(accuracy) == 0)), 3),
        "largest_accuracy_difference": round(float(np.max(accuracy)), 4),
        "median_loss_difference": float(f"{np.median(loss):.1e}"),
        "largest_loss_difference": float(f"{np.max(loss):.1e}"),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--quick", action="store_true", help="40 networks in place of 160")
    options = parser.parse_args()
    report = measure(**(QUICK if options.quick else FULL))
    if options.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        for name, value in report.items():
            print(f"{name:<28} {value}")
