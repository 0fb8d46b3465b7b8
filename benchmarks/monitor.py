"""What watching costs: time per training step with GradientMonitor, against none and two others.

For each network blocks of 40 steps alternate between no watching, the monitor at its default
setting, a hook that records `grad.norm()` of every parameter, and hooks that make a histogram of
every gradient, as dashboards do. The ratio is the median over rounds of block against the bare
block of the same round, so that a slow moment of the machine falls on both.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from vegrad_course.monitor import GradientMonitor

STEPS = 40  # of a block: twice the interval at which the monitor measures


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.branch(x))


class Sequence(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(16, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.lstm(x)[0][:, -1])


def models() -> dict[str, tuple[nn.Module, Tensor]]:
    """Name of each network with the network and a batch of inputs."""
    torch.manual_seed(0)
    mlp = [part for sizes in pairwise([256] * 21) for part in (nn.Linear(*sizes), nn.ReLU())]
    blocks = [Residual(16) for _ in range(4)]
    resnet = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 10),
    )  # fmt: skip
    return {
        "mlp_20x256": (nn.Sequential(*mlp), torch.randn(64, 256)),
        "resnet_4_blocks": (resnet, torch.randn(32, 3, 16, 16)),
        "lstm_128": (Sequence(), torch.randn(32, 50, 16)),
    }


@contextmanager
def hooks(model: nn.Module, record: Callable[[Tensor], Any]) -> Iterator[None]:
    """A hook on the gradient of every parameter."""
    kept: list[Any] = []

    def hook(parameter: Tensor) -> None:
        kept.append(record(parameter.grad))

    handles = [p.register_post_accumulate_grad_hook(hook) for p in model.parameters()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def norm(gradient: Tensor) -> float:
    return gradient.norm().item()


def histogram(gradient: Tensor) -> tuple[list[float], float, float]:
    low, high = gradient.min().item(), gradient.max().item()
    return torch.histc(gradient, 64, low, high).tolist(), low, high


class Runs:
    """Blocks of training steps of one network, each watched in its own way."""

    def __init__(self, model: nn.Module, inputs: Tensor) -> None:
        self.model, self.inputs = model, inputs
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
        self.monitor = GradientMonitor(model)

    def seconds(self, step: Callable[[Tensor], Any] = lambda loss: None) -> float:
        start = time.perf_counter()
        for _ in range(STEPS):
            loss = self.model(self.inputs).square().mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            step(loss)
        return time.perf_counter() - start

    def block(self, how: str) -> float:
        if how == "monitor":
            with self.monitor:
                return self.seconds(self.monitor.step)
        if how == "none":
            return self.seconds(lambda loss: loss.item())
        with hooks(self.model, norm if how == "norm_hooks" else histogram):
            return self.seconds(lambda loss: loss.item())


WAYS = ("none", "monitor", "norm_hooks", "histogram_hooks")


def measure(model: nn.Module, inputs: Tensor, rounds: int) -> dict[str, float]:
    """Milliseconds of a bare step, and the ratio of each way to it."""
    runs = Runs(model, inputs)
    for how in WAYS:
        runs.block(how)
    times: dict[str, list[float]] = {how: [] for how in WAYS}
    for i in range(rounds):
        for how in WAYS[i % 4 :] + WAYS[: i % 4]:
            times[how].append(runs.block(how))
    ratios = {
        how: round(median(t / bare for t, bare in zip(times[how], times["none"], strict=True)), 3)
        for how in WAYS[1:]
    }
    return {"step_ms": round(1e3 * median(times["none"]) / STEPS, 2), **ratios}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="two rounds instead of twelve")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    rounds = 2 if chosen.quick else 12
    found = {name: measure(*parts, rounds) for name, parts in models().items()}
    overhead = {name: row["monitor"] for name, row in found.items()}
    if chosen.json:
        result = {"overhead": overhead, "max_overhead": max(overhead.values()), "models": found}
        print(json.dumps(result, indent=1))
        return
    for name, row in found.items():
        told = "  ".join(f"{how} x{row[how]:.3f}" for how in WAYS[1:])
        print(f"{name:<18} {row['step_ms']:7.2f} ms a step  {told}")


if __name__ == "__main__":
    main()
