"""How sure a rule is."""

from math import exp


def sure(distance: float, scale: float) -> float:
    """From how far a number is beyond its bound to a probability: 1/2 at the bound."""
    return round(1 / (1 + exp(-max(-30.0, min(30.0, distance / scale)))), 3)
