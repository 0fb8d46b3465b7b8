"""One small fully connected network: its settings, and its weights at the start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

import numpy as np

from vegrad_course.errors import Refusal, nearest
from vegrad_course.training.activations import ACTIVATIONS


@dataclass(frozen=True)
class Network:
    """`depth` hidden layers of `width` units with one activation, and a linear readout.

    z_l = W_l a_{l-1} + b_l, a_l = f(z_l); W_l is normal with variance sigma_w2 / fan_in, b_l with
    variance sigma_b2, the readout too. Networks of the same seed and shape draw the same standard
    normal numbers, and see the same batches: they differ by their settings alone.
    """

    depth: int
    width: int = 64
    activation: str = "tanh"
    sigma_w2: float = 1.0
    sigma_b2: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        at_least("depth must be a whole number of hidden layers", self.depth, 1)
        at_least("width must be a whole number of units", self.width, 1)
        at_least("seed must be a whole number", self.seed, 0)
        if self.activation not in ACTIVATIONS:
            known = nearest(str(self.activation), list(ACTIVATIONS))
            raise Refusal(f"activation must be one of the table: got {self.activation!r}. {known}")
        for name in ("sigma_w2", "sigma_b2"):
            not_negative(f"{name} must be a variance, finite and not negative", getattr(self, name))

    def generator(self, purpose: int) -> np.random.Generator:
        """A stream of random numbers of this seed: 0 for the weights, 1 for the batches."""
        return np.random.default_rng([self.seed, purpose])


@dataclass(frozen=True)
class Layer:
    """The arrays of one layer: weight (n_l, n_{l-1}) and bias (n_l,)."""

    weight: np.ndarray = field(repr=False)
    bias: np.ndarray = field(repr=False)


def initial_layers(network: Network, inputs: int, classes: int) -> list[Layer]:
    """The layers 1 .. depth and the readout, in float64."""
    rng = network.generator(0)
    sizes = [inputs, *[network.width] * network.depth, classes]
    return [
        Layer(
            np.sqrt(network.sigma_w2 / fan_in) * rng.standard_normal((fan_out, fan_in)),
            np.sqrt(network.sigma_b2) * rng.standard_normal(fan_out),
        )
        for fan_in, fan_out in pairwise(sizes)
    ]


def check_networks(networks: Sequence[Network]) -> Sequence[Network]:
    """Refuse an empty list, and what is no network."""
    if not len(networks):
        raise Refusal("networks must hold at least one Network: got none. Add one.")
    for network in networks:
        if not isinstance(network, Network):
            raise Refusal(f"networks must hold Networks: got {network!r}. Write Network(depth=10).")
    return networks


def at_least(rule: str, value: object, least: int) -> None:
    """Refuse what is no integer, or too small."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least:  # type: ignore[operator]
        raise Refusal(f"{rule}, at least {least}: got {value!r}. Change it and train again.")


def not_negative(rule: str, value: object) -> None:
    """Refuse what is no number, not finite, or below 0."""
    if not is_number(value) or value < 0:  # type: ignore[operator]
        raise Refusal(f"{rule}: got {value!r}. Change it and train again.")


def is_number(value: object) -> bool:
    """A finite real number; a bool is none."""
    number = isinstance(value, int | float | np.integer | np.floating)
    return number and not isinstance(value, bool) and isfinite(value)  # type: ignore[arg-type]
