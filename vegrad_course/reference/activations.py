"""The table of activations: for each name its value, its derivative, and where it is alive."""

from dataclasses import dataclass
from difflib import get_close_matches
from math import inf, isfinite

from vegrad_course.reference import rectifiers, smooth
from vegrad_course.reference._types import Elementwise


@dataclass(frozen=True)
class Activation:
    """An elementwise function with its derivative.

    domain: the smallest interval that holds every z where |derivative| is at least 1% of its
    largest value; outside it the unit passes almost no gradient. kinks: the z where the
    derivative jumps.
    """

    name: str
    value: Elementwise
    derivative: Elementwise
    domain: tuple[float, float]
    kinks: tuple[float, ...] = ()

    @property
    def saturates(self) -> tuple[str, ...]:
        """The sides, "left" and "right", on which the domain ends and the gradient dies."""
        sides = zip(("left", "right"), self.domain, strict=True)
        return tuple(side for side, end in sides if isfinite(end))


ACTIVATIONS: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation("sigmoid", smooth.sigmoid, smooth.sigmoid_grad, (-5.9864, 5.9864)),
        Activation("tanh", smooth.tanh, smooth.tanh_grad, (-2.9932, 2.9932)),
        Activation("relu", rectifiers.relu, rectifiers.relu_grad, (0.0, inf), (0.0,)),
        Activation(
            "leaky_relu", rectifiers.leaky_relu, rectifiers.leaky_relu_grad, (-inf, inf), (0.0,)
        ),
        Activation("elu", rectifiers.elu, rectifiers.elu_grad, (-4.6052, inf)),
        Activation("selu", rectifiers.selu, rectifiers.selu_grad, (-4.6052, inf), (0.0,)),
        Activation("gelu", smooth.gelu, smooth.gelu_grad, (-3.0217, inf)),
        Activation("silu", smooth.silu, smooth.silu_grad, (-6.1429, inf)),
        Activation("softplus", smooth.softplus, smooth.softplus_grad, (-4.5951, inf)),
    )
}


def activation(name: str) -> Activation:
    """The entry of the table; ValueError with the nearest name when there is none."""
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    near = get_close_matches(str(name).lower(), ACTIVATIONS, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else "Choose one of them."
    raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}: got {name!r}. {advice}")
