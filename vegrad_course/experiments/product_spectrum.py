"""Condition number of a product of random square matrices against the number of factors."""

from collections.abc import Mapping, Sequence
from math import log

import numpy as np

from vegrad_course import reference
from vegrad_course.experiments.model import Experiment, Outcome, Row

RATE, FIRST, TURNED = "Gaussian, decades per layer", "Gaussian, one layer", "orthogonal, deepest"
NEAR = 0.1  # relative, for the rate


def measure(seeds: Sequence[int], *, width: int, depth: int, draws: int) -> list[Row]:
    """log10 of the condition number: one layer, its growth per layer, and orthogonal layers."""
    stacks = {seed: [gaussian(width, depth, [seed, i]) for i in range(draws)] for seed in seeds}
    one = tuple(typical([log10_condition(Ws[:1]) for Ws in stacks[seed]]) for seed in seeds)
    rate = tuple(typical([growth(Ws) for Ws in stacks[seed]]) for seed in seeds)
    turned = tuple(log10_condition(orthogonal(width, depth, seed)) for seed in seeds)
    return [
        Row(FIRST, one, (log(width) + 1.537) / log(10)),
        Row(RATE, rate, predicted_rate(width)),
        Row(TURNED, turned, 0.0),
    ]


def gaussian(width: int, depth: int, seed: list[int]) -> list[np.ndarray]:
    return reference.gaussian_layers(width, depth, 1.0, np.random.default_rng(seed))


def orthogonal(width: int, depth: int, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [reference.orthogonal(width, width, 1.0, rng) for _ in range(depth)]


def typical(values: list[float]) -> float:
    return float(np.mean(values))


def log10_condition(Ws: list[np.ndarray]) -> float:
    spectrum = reference.log10_singular_spectrum(Ws)
    return float(spectrum[0] - spectrum[-1])


def growth(Ws: list[np.ndarray]) -> float:
    """Decades per layer, without the first quarter of the layers."""
    start = max(len(Ws) // 4, 1)
    return (log10_condition(Ws) - log10_condition(Ws[:start])) / (len(Ws) - start)


def predicted_rate(width: int) -> float:
    """Distance of the largest and the smallest Lyapunov exponent, in decades (Newman 1986).

    The i-th is (ln(2 / n) + psi((n - i + 1) / 2)) / 2, with the digamma function psi.
    """
    return (digamma_of_half(width) - digamma_of_half(1)) / 2 / log(10)


def digamma_of_half(n: int) -> float:
    """psi(n / 2) from psi(x + 1) = psi(x) + 1 / x."""
    euler = 0.5772156649015329
    start, psi = (1, -euler - 2 * log(2)) if n % 2 else (2, -euler)
    return psi + sum(2 / m for m in range(start, n, 2))


def conclude(rows: Mapping[str, Row]) -> tuple[Outcome, str]:
    rate, first, turned = rows[RATE], rows[FIRST], rows[TURNED]
    grows = abs(rate.median / (rate.predicted or np.nan) - 1) < NEAR
    begins = abs(first.median - (first.predicted or np.nan)) < 0.3
    stays = max(turned.measured) < 1e-6
    why = (
        f"the condition number grows by {rate.median:.2f} decades per layer (predicted "
        f"{rate.predicted:.2f}), from {first.median:.2f} decades in one layer (predicted "
        f"{first.predicted:.2f}); orthogonal layers end within {max(turned.measured):.0e} of 0."
    )
    if grows and stays:
        return ("reproduced", why) if begins else ("partly", f"The first layer is off: {why}")
    return ("partly" if rate.median > 0.1 and stays else "not reproduced"), why


experiment = Experiment(
    title="A product of random matrices: its condition number grows exponentially with depth",
    paper="C. M. Newman: The distribution of Lyapunov exponents: exact results for random "
    "matrices, 1986; A. Edelman: Eigenvalues and condition numbers of random matrices, 1988; "
    "A. M. Saxe, J. L. McClelland, S. Ganguli: Exact solutions to the nonlinear dynamics of "
    "learning in deep linear neural networks, 2013",
    claim="The largest and the smallest singular value of a product of Gaussian matrices drift "
    "apart by (psi(n/2) - psi(1/2)) / 2 nats per layer; a product of orthogonal ones keeps all "
    "singular values equal.",
    measure=measure,
    conclude=conclude,
    settings={"width": 24, "depth": 32, "draws": 8},
    quick={"width": 8, "depth": 8, "draws": 2},
    limits="Width 24 and 32 layers, where the theory is for infinitely many layers. The means are "
    "over 8 draws per seed. Edelman's formula, ln n + 1.537, is for large n.",
    lesson="05",
)
