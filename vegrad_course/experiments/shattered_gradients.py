"""Balduzzi 2017: with depth, gradients at neighbouring inputs stop being alike. Shortcuts help."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from vegrad_course.experiments.model import Experiment, Outcome, Row

POINTS, APART = 200, 5  # inputs from -2 to 2 in steps of .02; neighbours are 0.1 apart


def normalised(z: Tensor, how: str) -> Tensor:
    """z (networks, points, units) over the points: nothing, centred, or batch normalisation."""
    if how == "none":
        return z
    z = z - z.mean(dim=1, keepdim=True)
    return z if how == "centred" else z * (z.pow(2).mean(dim=1, keepdim=True) + 1e-5).rsqrt()


def gradients(
    depth: int, shortcut: bool, how: str, seed: int, networks: int, width: int
) -> np.ndarray:
    """Gradients dy/dx of random ReLU networks at every point, shape (networks, points).

    One layer from the input, then `depth` more, each with or without a shortcut around it.
    """
    g = torch.Generator().manual_seed(seed)
    x = torch.linspace(-2, 2 - 4 / POINTS, POINTS, dtype=torch.float64)
    x = x.reshape(1, -1, 1).repeat(networks, 1, 1).requires_grad_()

    def layer(a: Tensor) -> Tensor:
        W = torch.randn(networks, a.shape[2], width, generator=g, dtype=torch.float64)
        return normalised(a @ (W * (2 / a.shape[2]) ** 0.5), how)

    a = torch.relu(layer(x))
    for _ in range(depth):
        a = torch.relu(a + layer(a) if shortcut else layer(a))
    readout = torch.randn(networks, width, 1, generator=g, dtype=torch.float64)
    (by_x,) = torch.autograd.grad((a @ readout).sum(), x)
    return by_x[..., 0].numpy()


def correlation(found: np.ndarray) -> float:
    """Between gradients at inputs 0.1 apart: one correlation per network, then the mean."""
    pairs = ((row[:-APART], row[APART:]) for row in found)
    return float(np.mean([np.corrcoef(first, second)[0, 1] for first, second in pairs]))


STACKS = {
    "plain, batch norm": (False, "batch"),
    "residual, batch norm": (True, "batch"),
    "plain, centred only": (False, "centred"),
    "plain, no batch norm": (False, "none"),
}


def measure(
    seeds: Sequence[int], *, depths: tuple[int, ...], networks: int, width: int
) -> list[Row]:
    torch.set_num_threads(1)
    return [
        Row(
            f"{name}, depth {depth}",
            tuple(
                correlation(gradients(depth, shortcut, how, seed, networks, width))
                for seed in seeds
            ),
        )
        for name, (shortcut, how) in STACKS.items()
        for depth in depths
    ]


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Plain falls to nothing, residual falls more slowly, and neither happens without centring."""
    found = {name: [r.median for k, r in rows.items() if k.startswith(name)] for name in STACKS}
    plain, residual, centred, raw = found.values()
    why = "; ".join(
        f"{name}: {' / '.join(f'{value:.2f}' for value in values)}"
        for name, values in found.items()
    )
    slower = all(r > p for p, r in zip(plain, residual, strict=True))
    if abs(plain[-1]) < 0.15 and slower and raw[-1] > 0.9:
        fades = abs(centred[-1]) < 0.3
        return ("reproduced" if fades else "partly"), why
    return ("partly" if slower else "not reproduced"), why


experiment = Experiment(
    title="Shattered gradients: in deep plain networks neighbouring inputs disagree",
    paper="D. Balduzzi, M. Frean, L. Leary, J. P. Lewis, K. W.-D. Ma, B. McWilliams: The Shattered "
    "Gradients Problem: If resnets are the answer, then what is the question? (2017), sections 1 "
    "to 3",
    claim="With batch normalisation, the correlation of gradients at nearby inputs halves with "
    "each plain layer, and falls far more slowly with shortcuts.",
    measure=measure,
    conclude=conclude,
    settings={"depths": (1, 2, 4, 8, 16), "networks": 8, "width": 100},
    quick={"depths": (1, 4), "networks": 2, "width": 30},
    limits="Width 100 where the paper has 200, one distance between inputs (0.1), 8 networks per "
    "seed, one layer per shortcut. The exact values depend on the distance; the order does not.",
    lesson="09_residual_networks",
)
