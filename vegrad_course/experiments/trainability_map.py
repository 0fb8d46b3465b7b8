"""Depth against weight variance: which tanh networks learn, and where theory draws the line."""

from collections.abc import Mapping, Sequence
from math import log

import numpy as np

from vegrad_course import reference
from vegrad_course.datasets import digits
from vegrad_course.experiments.model import Experiment, Outcome, Row

BORDER = "depth at which accuracy falls below one half"
REACH = f"{BORDER}, where 6 xi is deeper than the map"
FACTOR = 1.5  # a border within this factor of 6 xi counts as predicted


def measure(
    seeds: Sequence[int],
    *,
    sigma_w2: tuple[float, ...],
    sigma_b2: float,
    depths: tuple[int, ...],
    width: int,
    steps: int,
    lr: float,
) -> list[Row]:
    """Test accuracies, and for each weight variance the depth at which they collapse."""
    table = accuracies(seeds, sigma_w2, sigma_b2, depths, width, steps, lr)
    rows = []
    for i, s in enumerate(sigma_w2):
        for j, depth in enumerate(depths):
            rows.append(Row(f"sigma_w2 {s:g}, depth {depth}: accuracy", tuple(table[i, j])))
        limit, deepest = six_xi(s, sigma_b2), max(depths)
        borders = tuple(border(depths, column) for column in table[i].T)
        due = limit if limit < deepest else None  # the line runs above the map
        rows.append(Row(f"sigma_w2 {s:g}: {BORDER if due else REACH}", borders, due))
    return rows


def accuracies(
    seeds: Sequence[int],
    sigma_w2: Sequence[float],
    sigma_b2: float,
    depths: Sequence[int],
    width: int,
    steps: int,
    lr: float,
) -> np.ndarray:
    """Test accuracy (variances, depths, seeds) on digits, 0 for a run that diverged."""
    from vegrad_course.training import Network, Recipe, train

    networks = [
        Network(depth, width, "tanh", sigma_w2=s, sigma_b2=sigma_b2, seed=seed)
        for s in sigma_w2
        for depth in depths
        for seed in seeds
    ]
    results = train(networks, Recipe(lr=lr, steps=steps), digits(), progress=False)
    found = np.array([result.test_accuracy for result in results])
    return np.nan_to_num(found).reshape(len(sigma_w2), len(depths), len(seeds))


def six_xi(sigma_w2: float, sigma_b2: float) -> float:
    q = reference.fixed_point(sigma_w2, sigma_b2, reference.tanh)
    return 6 * reference.depth_scale(reference.chi(q, sigma_w2, reference.tanh_grad))


def border(depths: Sequence[int], accuracy: np.ndarray) -> float:
    """The depth at which accuracy falls through one half, on a log axis; an end if it does not."""
    falling = np.minimum.accumulate(accuracy)
    below = np.flatnonzero(falling < 0.5)
    if not len(below):
        return float(depths[-1])
    if below[0] == 0:
        return float(depths[0])
    j = int(below[0])
    share = (falling[j - 1] - 0.5) / (falling[j - 1] - falling[j])
    return float(np.exp(log(depths[j - 1]) + share * log(depths[j] / depths[j - 1])))


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Borders near 6 xi, and none where 6 xi is deeper than the map; else how far that holds."""
    borders = [row for row in rows.values() if row.predicted is not None]
    listed = list(rows.values())
    deepest = [listed[i - 1] for i, row in enumerate(listed) if row.label.endswith(REACH)]
    lost = [row for row in deepest if row.median < 0.5]
    why = "; ".join(
        f"{row.label.split(':')[0]}: border at depth {row.median:.0f}, 6 xi = {row.predicted:.0f}"
        for row in borders
    )
    if lost:
        why += f"; but {lost[0].label} is {lost[0].median:.0%}, though 6 xi is deeper: the steps"
        why += " of this run do not suffice there, whatever the weights"
    near = all(1 / FACTOR < row.median / (row.predicted or np.nan) < FACTOR for row in borders)
    if borders and near:
        return ("partly" if lost else "reproduced"), f"{why}."
    moves = len(borders) > 1 and bool(np.all(np.diff([row.median for row in borders]) > 0))
    return ("partly" if moves else "not reproduced"), f"{why}."


experiment = Experiment(
    title="The trainability map: networks up to about six depth scales can be trained",
    paper="S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein: Deep Information "
    "Propagation, 2017, section 5",
    claim="Networks train when their depth is below about 6 xi, the depth scale that mean-field "
    "theory gives for the initial weights.",
    measure=measure,
    conclude=conclude,
    settings={
        "sigma_w2": (1.0, 1.39, 1.761),
        "sigma_b2": 0.05,
        "depths": (10, 20, 40, 60, 80),
        "width": 64,
        "steps": 600,
        "lr": 0.05,
    },
    quick={"sigma_w2": (0.5, 1.0), "depths": (2, 4, 30), "width": 16, "steps": 30},
    limits="Digits of 8 x 8 pixels, width 64, 600 steps of SGD; the paper trains networks of "
    "width 300 on MNIST and CIFAR-10, up to depth 300. The border moves up slowly "
    "with more steps, also at the edge, where theory sets none.",
    lesson="05",
)
