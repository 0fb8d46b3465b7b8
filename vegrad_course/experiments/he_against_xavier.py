"""Thirty ReLU layers with Xavier and with He weights: the gradient at the start, and training."""

from collections.abc import Mapping, Sequence
from math import log

import numpy as np

from vegrad_course import reference
from vegrad_course.datasets import digits
from vegrad_course.experiments.model import Experiment, Outcome, Row

VARIANCES = {"Xavier": 1.0, "He": 2.0}  # of a weight, times the width of its square layer


def measure(
    seeds: Sequence[int],
    *,
    depth: int,
    width: int,
    wide: int,
    draws: int,
    sgd_steps: int,
    sgd_lr: float,
    adam_steps: int,
    adam_lr: float,
    batch: int,
) -> list[Row]:
    """First the slopes of ln |g| per layer (no training), then test accuracies."""
    rows = []
    for name, variance in VARIANCES.items():
        slopes = tuple(slope(variance, depth, wide, draws, seed) for seed in seeds)
        rows.append(Row(f"slope of ln gradient norm, {name}", slopes, 0.5 * log(variance / 2)))
    for optimizer, lr, steps in (("sgd", sgd_lr, sgd_steps), ("adam", adam_lr, adam_steps)):
        accuracies = trained(optimizer, lr, steps, batch, depth, width, seeds)
        rows += [
            Row(f"test accuracy, {optimizer}, {name}", ends) for name, ends in accuracies.items()
        ]
    return rows


def slope(variance: float, depth: int, width: int, draws: int, seed: int) -> float:
    """Slope of ln |g| against the layers travelled back, median of some draws of the weights."""
    curves = [log_norms(variance, depth, width, [seed, draw]) for draw in range(draws)]
    return float(np.polyfit(np.arange(depth + 1), np.median(curves, axis=0), 1)[0])


def log_norms(variance: float, depth: int, width: int, seed: list[int]) -> np.ndarray:
    """ln of the gradient norm after k = 0..depth layers, relative to k = 0."""
    rng = np.random.default_rng(seed)
    Ws = reference.gaussian_layers(width, depth, variance**0.5, rng)
    zs, _ = reference.network_forward(Ws, rng.normal(size=width), reference.relu)
    gradients = reference.backward(Ws, zs, rng.normal(size=width), reference.relu_grad)
    norms = np.array([np.linalg.norm(gradient) for gradient in gradients[::-1]])
    return np.log(norms / norms[0])


def trained(
    optimizer: str, lr: float, steps: int, batch: int, depth: int, width: int, seeds: Sequence[int]
) -> dict[str, tuple[float, ...]]:
    """Test accuracy on digits per recipe and seed; all networks are trained as one stack."""
    from vegrad_course.training import Network, Recipe, train

    networks = [
        Network(depth, width, "relu", sigma_w2=variance, seed=seed)
        for variance in VARIANCES.values()
        for seed in seeds
    ]
    recipe = Recipe(optimizer, lr=lr, batch=batch, steps=steps)  # type: ignore[arg-type]
    ends = [result.test_accuracy for result in train(networks, recipe, digits(), progress=False)]
    return {
        name: tuple(ends[i * len(seeds) : (i + 1) * len(seeds)]) for i, name in enumerate(VARIANCES)
    }


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    """The slopes as predicted; with SGD, Xavier stalls (below 25%) where He trains (above 75%)."""
    slopes = [rows[f"slope of ln gradient norm, {name}"] for name in VARIANCES]
    near = all(abs(row.median - (row.predicted or 0.0)) < 0.02 for row in slopes)
    sgd, adam = (
        {name: rows[f"test accuracy, {optimizer}, {name}"] for name in VARIANCES}
        for optimizer in ("sgd", "adam")
    )
    stalls = sgd["Xavier"].spread[1] < 0.25 and sgd["He"].spread[0] > 0.75
    why = (
        f"slopes {slopes[0].median:+.3f} (Xavier, predicted {slopes[0].predicted:+.3f}) and "
        f"{slopes[1].median:+.3f} (He, predicted {slopes[1].predicted:+.3f}). SGD: Xavier "
        f"{sgd['Xavier'].median:.0%}, He {sgd['He'].median:.0%}. Adam: Xavier "
        f"{adam['Xavier'].spread[0]:.0%} to {adam['Xavier'].spread[1]:.0%}, He "
        f"{adam['He'].spread[0]:.0%} to {adam['He'].spread[1]:.0%}."
    )
    if near and stalls:
        return "reproduced", f"With SGD Xavier stalls and He trains: {why}"
    if near or stalls:
        return "partly", f"Only the {'slopes' if near else 'training'} came out as claimed: {why}"
    return "not reproduced", why


experiment = Experiment(
    title="He against Xavier weights in 30 ReLU layers",
    paper="K. He, X. Zhang, S. Ren, J. Sun: Delving Deep into Rectifiers: Surpassing Human-Level "
    "Performance on ImageNet Classification, 2015, section 2.2",
    claim="A 30-layer ReLU network converges with He weights, while with Xavier weights it "
    "stalls, its gradients diminishing.",
    measure=measure,
    conclude=conclude,
    settings={
        "depth": 30,
        "width": 100,
        "wide": 300,
        "draws": 5,
        "sgd_steps": 900,
        "sgd_lr": 0.01,
        "adam_steps": 900,
        "adam_lr": 3e-4,
        "batch": 32,
    },
    quick={"depth": 6, "width": 16, "wide": 40, "draws": 2, "sgd_steps": 20, "adam_steps": 20},
    limits="Fully connected layers on 8 x 8 digits, not convolutions on ImageNet; SGD without "
    "momentum; Adam is not in the paper. Slopes are measured at the start, at width 300.",
    lesson="06",
)
