"""He 2016: a deeper plain network has the higher training error; a residual one does not."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from vegrad_course.experiments._stacks import Layers, normalised, train
from vegrad_course.experiments.model import Experiment, Outcome, Row


def plain(a: Tensor, layers: Layers) -> Tensor:
    """Linear, batch normalisation, ReLU, layer after layer."""
    for W, gain, shift in layers:
        a = torch.relu(normalised(a @ W, gain, shift))
    return a


def residual(a: Tensor, layers: Layers) -> Tensor:
    """The same layers in blocks of two, each with a shortcut around it (post-activation)."""
    for (W1, *norm1), (W2, *norm2) in zip(layers[::2], layers[1::2], strict=True):
        h = torch.relu(normalised(a @ W1, *norm1))
        a = torch.relu(a + normalised(h @ W2, *norm2))
    return a


def measure(
    seeds: Sequence[int], *, depths: tuple[int, ...], width: int, epochs: int, lr: float
) -> list[Row]:
    sgd = torch.optim.SGD
    run = partial(train, gain=1.0, width=width, epochs=epochs, lr=lr, method=sgd)
    return [
        Row(f"{name}, {depth} layers", run(body, depth, seeds)[0])
        for name, body in (("plain", plain), ("residual", residual))
        for depth in depths
    ]


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Does every step in depth cost the plain networks accuracy, and spare the residual ones?"""
    plains, residuals = (
        [row.median for name, row in rows.items() if name.startswith(kind)]
        for kind in ("plain", "residual")
    )
    degrades = all(deep < shallow - 0.01 for shallow, deep in pairwise(plains))
    lost, deepest = residuals[0] - residuals[-1], residuals[-1] - plains[-1]
    why = (
        f"training accuracy from the shallowest to the deepest: plain {_percents(plains)}, "
        f"residual {_percents(residuals)}"
    )
    if degrades and lost < 0.05 and deepest > 0.05:
        return "reproduced", why
    if plains[0] - plains[-1] > 0.05 and deepest > 0.05:
        return "partly", f"{why}; depth costs plain networks more, but not by every step alone"
    return "not reproduced", why


def _percents(values: Sequence[float]) -> str:
    return " / ".join(f"{100 * value:.0f}%" for value in values)


experiment = Experiment(
    title="Degradation: deeper plain networks fit worse, residual ones do not",
    paper="K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition (2016), "
    "sections 1 and 4.2, figures 1 and 6",
    claim="With more layers a plain network with batch normalisation has a higher training error. "
    "With shortcuts the deeper network is no worse.",
    measure=measure,
    conclude=conclude,
    settings={"depths": (4, 10, 20, 40, 56), "width": 32, "epochs": 8, "lr": 0.1},
    quick={"depths": (2, 4), "width": 16, "epochs": 1},
    limits="Fully connected layers of 32 units on 1,437 digits of 8 x 8 pixels, SGD without "
    "momentum, 8 epochs; the paper trains convolutional networks on CIFAR-10 and ImageNet for far "
    "longer, and its plain network of 56 layers still learns. With so few epochs part of the gap "
    "is speed. Accuracy is measured with the statistics of the whole training share.",
    lesson="09_residual_networks",
)
