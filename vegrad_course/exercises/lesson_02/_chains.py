"""Chains of single units for the questions of lesson 02, and torch's word on their gradients."""

from math import inf, log10, prod

import numpy as np

from vegrad_course.exercises import oracle


def chain(ws, x, name):
    """A question about a gradient: the weights, the zs of a real forward pass, and the slope."""
    zs, a = [], x
    for w in ws:
        zs.append(w * a)
        a = float(oracle.value(name, zs[-1]))
    return {"ws": np.array(ws), "zs": np.array(zs), "df": name}


def mixed(rng, count):
    """Weights of both signs, none near 0."""
    return rng.uniform(0.6, 1.8, count) * rng.choice([-1.0, 1.0], count)


def gradients(case):
    """d a_L / d a_l for l = 0..L: every a_l is nudged by a number of its own, then autograd."""
    import torch

    f = getattr(torch, case["df"])

    def nudged(nudges):
        d = nudges[0]
        for w, z, nudge in zip(case["ws"], case["zs"], nudges[1:], strict=True):
            d = f(z + w * d) - f(torch.tensor(z)) + nudge
        return d

    return oracle.gradient(nudged, np.zeros(len(case["ws"]) + 1))


def exact_log10(factors):
    """log10 of |product|: whole numbers, top and bottom of a fraction, cannot underflow."""
    ratios = [float(factor).as_integer_ratio() for factor in factors]
    top, bottom = (prod(column) for column in zip(*ratios, strict=True))
    return log10(abs(top)) - log10(bottom) if top else -inf
