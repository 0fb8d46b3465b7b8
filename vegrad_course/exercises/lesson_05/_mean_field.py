"""Wide random layers, judged: torch's functions and slopes, averaged over a dense grid."""

from functools import cache

import numpy as np

from vegrad_course.exercises import oracle

GRID = np.linspace(-9, 9, 3601)
DENSITY = np.exp(-(GRID**2) / 2)
DENSITY = DENSITY / DENSITY.sum()


def mean_square(function, name, q):
    """E[g(z)^2] for z ~ N(0, q), where g is oracle.value or oracle.slope of that name."""
    return float(DENSITY @ function(name, np.sqrt(q) * GRID) ** 2)


def next_variance(q, sigma_w2, sigma_b2, name):
    return sigma_w2 * mean_square(oracle.value, name, q) + sigma_b2


@cache
def settled(sigma_w2, sigma_b2, name):
    """The variance at which a deep stack settles, found by halving an interval."""
    low, high = 1e-6, 64.0
    for _ in range(60):
        middle = np.sqrt(low * high)
        grows = next_variance(middle, sigma_w2, sigma_b2, name) > middle
        low, high = (middle, high) if grows else (low, middle)
    return high


@cache
def squared_gain(sigma_w2, sigma_b2, name):
    """What one layer does to the squared norm of a gradient, on average."""
    return sigma_w2 * mean_square(oracle.slope, name, settled(sigma_w2, sigma_b2, name))


@cache
def edge(sigma_b2, name):
    """The weight variance at which `squared_gain` is 1."""
    low, high = 0.5, 4.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if squared_gain(middle, sigma_b2, name) < 1 else (low, middle)
    return high
