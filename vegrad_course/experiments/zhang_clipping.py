"""Gradient descent against clipped gradient descent on x^4, from random starts."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from vegrad_course.experiments.model import Experiment, Outcome, Row

SAFE = 0.9  # both methods use this share of the largest learning rate that is stable


def steps_to_flat(x: float, lr: float, max_norm: float, flat: float, most: int) -> float:
    """Steps until |slope of x^4| is at most `flat`; inf where the walk is lost or too long."""
    for step in range(most):
        slope = 4 * x * x * x
        if abs(slope) <= flat:
            return step
        if abs(x) > 1e6:
            break
        x -= lr * max(-max_norm, min(slope, max_norm))
    return math.inf


def plain_rate(reach: float) -> float:
    """The largest rate that is safe from every start up to `reach` is 1 / (2 reach^2)."""
    return SAFE / (2 * reach**2)


def clipped_settings(reach: float, flat: float) -> tuple[float, float]:
    """lr and max_norm: clip outside |x| = r, where r balances the way there and the way on."""
    r = (reach * (flat / 4) ** (2 / 3)) ** (1 / 3)
    return SAFE / (2 * r**2), 4 * r**3


def on_the_floor(lr: float, flat: float) -> float:
    """Steps of plain descent down to the flat floor: x shrinks like 1 / sqrt(8 lr k)."""
    return 1 / (8 * lr * (flat / 4) ** (2 / 3))


def measure(
    seeds: Sequence[int], reaches: tuple[float, ...], starts: int, flat: float, most: int
) -> list[Row]:
    """Median steps over the random starts of each seed, for each reach, and their ratio."""
    rows = []
    for reach in reaches:
        lr, (fast, max_norm) = plain_rate(reach), clipped_settings(reach, flat)
        plain, clipped = [], []
        for seed in seeds:
            xs = np.random.default_rng(seed).uniform(reach / 2, reach, starts).tolist()
            plain.append(np.median([steps_to_flat(x, lr, math.inf, flat, most) for x in xs]))
            clipped.append(np.median([steps_to_flat(x, fast, max_norm, flat, most) for x in xs]))
        approach = 0.75 * reach / (fast * max_norm)
        rows += [
            Row(f"plain, reach {reach:g}", tuple(map(float, plain)), on_the_floor(lr, flat)),
            Row(
                f"clipped, reach {reach:g}",
                tuple(map(float, clipped)),
                approach + on_the_floor(fast, flat),
            ),
            Row(
                f"ratio, reach {reach:g}",
                tuple(float(a / b) for a, b in zip(plain, clipped, strict=True)),
            ),
        ]
    return rows


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """Reproduced if clipping wins for every seed, and by more the higher the start."""
    ratios = [row for label, row in rows.items() if label.startswith("ratio")]
    steps = [row for label, row in rows.items() if label.startswith("plain, ")]
    medians = [row.median for row in ratios]
    wins = all(np.isfinite(row.measured).all() and row.spread[0] > 1 for row in ratios)
    grows = all(a < b for a, b in pairwise(medians))
    told = ", ".join(f"{ratio:,.0f}" for ratio in medians)
    why = f"plain descent needs {told} times as many steps, the highest start last"
    why += f"; there it takes {steps[-1].median:,.0f} steps."
    if wins and grows:
        return "reproduced", why
    return ("partly" if wins else "not reproduced"), why


experiment = Experiment(
    title="Gradient clipping accelerates descent where the curvature grows with the gradient",
    paper="J. Zhang, T. He, S. Sra, A. Jadbabaie: Why gradient clipping accelerates training: "
    "a theoretical justification for adaptivity (2020), the comparison of clipped descent with "
    "descent of a fixed step",
    claim="Where the curvature may grow with the gradient, as for a polynomial, clipped descent "
    "can be faster than descent with any fixed step, by a factor that grows without bound with "
    "the steepness of the start.",
    measure=measure,
    conclude=conclude,
    settings={"reaches": (10.0, 20.0, 40.0), "starts": 3, "flat": 1e-4, "most": 2_000_000},
    quick={"reaches": (2.0, 4.0), "starts": 2, "flat": 1e-2},
    limits="The paper proves a bound and trains language and image models; here only x^4, in one "
    "dimension. Both methods get their settings from formulas, without seeing the start. Tuned on "
    "a single start, either method can land on the minimum by luck in one to three steps, and "
    "then fails from other starts, so such numbers are left out.",
    lesson="08",
)
