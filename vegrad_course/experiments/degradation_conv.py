"""He 2016, convolutional: small plain and residual networks on digits at growing depth."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from vegrad_course.datasets import digits
from vegrad_course.experiments.model import Experiment, Outcome, Row

BATCH = 64


def convolution(c_in: int, c_out: int, groups: int, size: int = 3, stride: int = 1) -> nn.Module:
    """One convolution for each of `groups` networks, side by side, with batch normalisation."""
    conv = nn.Conv2d(
        groups * c_in, groups * c_out, size, stride, size // 2, groups=groups, bias=False
    )
    nn.init.kaiming_normal_(conv.weight)
    return nn.Sequential(conv, nn.BatchNorm2d(groups * c_out))


class Block(nn.Module):
    """Two convolutions; with a shortcut, projected where the shape changes."""

    def __init__(self, c_in: int, c_out: int, groups: int, shortcut: bool) -> None:
        super().__init__()
        stride = 1 if c_in == c_out else 2
        first = convolution(c_in, c_out, groups, stride=stride)
        self.branch = nn.Sequential(first, nn.ReLU(), convolution(c_out, c_out, groups))
        self.shortcut: nn.Module | None = None
        if shortcut:
            same = c_in == c_out
            self.shortcut = nn.Identity() if same else convolution(c_in, c_out, groups, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        branch: Tensor = self.branch(x)
        return torch.relu(branch if self.shortcut is None else self.shortcut(x) + branch)


class ConvNet(nn.Module):
    """One convolution, `blocks` blocks of c channels, as many of 2c at half the size, a readout."""

    def __init__(self, blocks: int, channels: int, groups: int, shortcut: bool) -> None:
        super().__init__()
        widths = [channels] * (blocks + 1) + [2 * channels] * blocks
        body = [Block(a, b, groups, shortcut) for a, b in pairwise(widths)]
        self.groups = groups
        self.body = nn.Sequential(convolution(1, channels, groups), nn.ReLU(), *body)
        self.readout = nn.Conv1d(groups * widths[-1], groups * 10, 1, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """Scores (batch, groups, 10) of images (batch, groups, 8, 8), or 1 in place of groups."""
        pooled = self.body(x.expand(-1, self.groups, -1, -1)).mean(dim=(2, 3))
        scores: Tensor = self.readout(pooled[:, :, None])
        return scores.reshape(len(x), self.groups, 10)


def side_by_side(blocks: int, channels: int, shortcut: bool, seeds: Sequence[int]) -> ConvNet:
    """One network per seed, each with the weights that it would have alone, as one network."""
    alone = []
    for seed in seeds:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            alone.append(ConvNet(blocks, channels, 1, shortcut))
    net = ConvNet(blocks, channels, len(seeds), shortcut)
    with torch.no_grad():
        for together, *parts in zip(
            net.parameters(), *(one.parameters() for one in alone), strict=True
        ):
            together.copy_(torch.cat(parts))
    return net


def train(net: ConvNet, seeds: Sequence[int], epochs: int, lr: float) -> tuple[float, ...]:
    """SGD with momentum, learning rate falling to 0; training accuracy of each network."""
    data = digits()
    x, y = torch.from_numpy(data.x_train).reshape(-1, 8, 8), torch.from_numpy(data.y_train)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    steps = epochs * (len(x) // BATCH)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    for _ in range(epochs):
        orders = torch.stack([torch.randperm(len(x), generator=g) for g in generators], dim=1)
        for rows in orders[: len(x) // BATCH * BATCH].split(BATCH):
            loss = cross_entropy(net(x[rows]).flatten(0, 1), y[rows].flatten()) * net.groups
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            falling.step()
    net.eval()
    with torch.no_grad():
        scores = net(x[:, None])
    right = (scores.argmax(dim=2) == y[:, None]).float().mean(dim=0)
    return tuple(right.masked_fill(scores.isnan().any(dim=2).any(dim=0), float("nan")).tolist())


def measure(
    seeds: Sequence[int], *, blocks: tuple[int, ...], channels: int, epochs: int, lr: float
) -> list[Row]:
    torch.set_num_threads(1)
    return [
        Row(
            f"{name}, {4 * count + 2} layers",
            train(side_by_side(count, channels, shortcut, seeds), seeds, epochs, lr),
        )
        for name, shortcut in (("plain", False), ("residual", True))
        for count in blocks
    ]


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Is the deepest plain network worse than a shallower one, and the deepest residual not?"""
    plain, residual = (
        [row.median for name, row in rows.items() if name.startswith(kind)]
        for kind in ("plain", "residual")
    )
    why = (
        f"training accuracy from the shallowest to the deepest: plain {_percents(plain)}, "
        f"residual {_percents(residual)}"
    )
    degrades = plain[-1] < max(plain) - 0.05
    kept = residual[-1] > max(residual) - 0.05 and residual[-1] > plain[-1] + 0.05
    if degrades and kept:
        return "reproduced", why
    return ("partly" if degrades or kept else "not reproduced"), why


def _percents(values: Sequence[float]) -> str:
    return " / ".join(f"{100 * value:.0f}%" for value in values)


experiment = Experiment(
    title="Degradation in convolutional networks, plain against residual",
    paper="K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition (2016), "
    "section 4.2, figure 6",
    claim="Deeper plain convolutional networks have a higher training error than shallower ones; "
    "with shortcuts, projected where the shape changes, depth helps.",
    measure=measure,
    conclude=conclude,
    settings={"blocks": (1, 2, 6, 9), "channels": 8, "epochs": 4, "lr": 0.05},
    quick={"blocks": (1,), "channels": 4, "epochs": 1},
    limits="Digits of 8 x 8 pixels, two stages of 8 and 16 channels, 4 epochs; the paper has three "
    "stages of 16 to 64 channels on CIFAR-10, trained for 64,000 steps. A short budget makes the "
    "gap larger.",
    lesson="09_residual_networks",
)
