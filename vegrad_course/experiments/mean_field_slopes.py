"""Gradients of wide random networks at the start, against mean-field theory."""

from collections.abc import Mapping, Sequence
from math import log, sqrt

import numpy as np

from vegrad_course import reference
from vegrad_course.experiments.model import Experiment, Outcome, Row

EDGE = "edge of chaos, tanh: sigma_w2"
CLOSE, CLOSE_EDGE = 0.01, 0.05


def measure(
    seeds: Sequence[int],
    *,
    width: int,
    depth: int,
    draws: int,
    sigma_b2: float,
    sigma_w2: tuple[float, ...],
    sigmoid_sigma_w2: float,
) -> list[Row]:
    """Slopes of ln |g| per layer, and the weight variance at which their sign changes."""
    rows = []
    for name, weights, bias in [("tanh", s, sigma_b2) for s in sigma_w2] + [
        ("sigmoid", sigmoid_sigma_w2, 0.0)
    ]:
        entry = reference.activation(name)
        predicted = reference.predicted_log_slope(weights, bias, entry.value, entry.derivative)
        measured = tuple(
            typical_slope(name, weights, bias, width, depth, draws, seed) for seed in seeds
        )
        label = f"{name}, sigma_w2 {weights:g}, sigma_b2 {bias:g}"
        rows.append(Row(label, measured, predicted * log(10)))
    slopes = np.array([row.measured for row in rows[:-1]])
    edges = tuple(crossing(sigma_w2, column) for column in slopes.T)
    entry = reference.activation("tanh")
    foretold = reference.critical_weight_variance(sigma_b2, entry.value, entry.derivative)
    return [*rows, Row(EDGE, edges, foretold)]


def typical_slope(
    name: str, sigma_w2: float, sigma_b2: float, width: int, depth: int, draws: int, seed: int
) -> float:
    found = [slope(name, sigma_w2, sigma_b2, width, depth, [seed, i]) for i in range(draws)]
    return float(np.median(found))


def slope(
    name: str, sigma_w2: float, sigma_b2: float, width: int, depth: int, seed: list[int]
) -> float:
    """Slope of ln |g| per layer travelled back, without the first fifth of the layers.

    There the variance of z is still on its way to its fixed point.
    """
    rng, entry = np.random.default_rng(seed), reference.activation(name)
    a, Ws, zs = rng.normal(size=(8, width)), [], []  # eight inputs, eight gradients
    for _ in range(depth):
        Ws.append(rng.normal(0, sqrt(sigma_w2 / width), (width, width)))
        zs.append(a @ Ws[-1].T + sqrt(sigma_b2) * rng.normal(size=width))
        a = entry.value(zs[-1])
    gradients = reference.backward(Ws, zs, rng.normal(size=a.shape), entry.derivative)
    norms = np.log([np.linalg.norm(g) for g in gradients[depth // 5 :]])
    return float(np.polyfit(-np.arange(len(norms)), norms, 1)[0])


def crossing(sigma_w2: Sequence[float], slopes: np.ndarray) -> float:
    """Where the slope changes sign, between neighbours and linear in ln sigma_w2; NaN if not."""
    rising = np.maximum.accumulate(slopes)
    if not rising[0] < 0 < rising[-1]:
        return float("nan")
    above = int(np.argmax(rising > 0))
    pair = slice(above - 1, above + 1)
    return float(np.exp(np.interp(0, rising[pair], np.log(sigma_w2)[pair])))


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    slopes = [row for label, row in rows.items() if label != EDGE]
    gaps = [abs(row.median - (row.predicted or 0.0)) for row in slopes]
    edge = rows[EDGE]
    off = abs(edge.median / (edge.predicted or np.nan) - 1)
    why = (
        f"the largest gap of a slope is {max(gaps):.4f} per layer (natural logarithm); the edge "
        f"lies at {edge.median:.3f}, predicted {edge.predicted:.3f}."
    )
    if max(gaps) < CLOSE and off < CLOSE_EDGE:
        return "reproduced", why
    signs = all(row.median * (row.predicted or 0.0) >= 0 for row in slopes if row.predicted)
    return ("partly" if signs and off < 0.2 else "not reproduced"), why


experiment = Experiment(
    title="Mean-field theory predicts the slope of the gradient, and the edge of chaos",
    paper="S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein: Deep Information "
    "Propagation, 2017, sections 3 and 4",
    claim="In a wide random network ln of the gradient norm changes by half ln chi per layer; "
    "chi = 1 separates vanishing from exploding.",
    measure=measure,
    conclude=conclude,
    settings={
        "width": 300,
        "depth": 50,
        "draws": 5,
        "sigma_b2": 0.05,
        "sigma_w2": (0.5, 1.0, 1.39, 1.6, 1.761, 1.95, 2.5),
        "sigmoid_sigma_w2": 4.0,
    },
    quick={"width": 60, "depth": 15, "draws": 2, "sigma_w2": (0.5, 1.0, 2.5)},
    limits="Width 300 stands for infinite width; the median of 5 draws per seed. The edge is read "
    "between neighbouring weight variances.",
    lesson="05",
)
