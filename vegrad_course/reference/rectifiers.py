"""Rectifiers, each beside its derivative: the identity for z > 0, something else for z <= 0.

The slope jumps at z = 0 (for ELU only when alpha is not 1). There the derivative is the one of
the side z <= 0, as in torch.
"""

import numpy as np

from vegrad_course.reference._types import Floats, Numbers
from vegrad_course.reference.smooth import as_floats

# Klambauer et al., "Self-Normalizing Neural Networks", 2017: with these two numbers, mean 0 and
# variance 1 of a standard normal input are kept.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def relu(z: Numbers) -> Floats:
    """relu(z) = max(z, 0)."""
    return np.maximum(as_floats(z), 0)


def relu_grad(z: Numbers) -> Floats:
    """relu'(z) = 1 for z > 0, else 0; so relu'(0) = 0."""
    z = as_floats(z)
    return (z > 0).astype(z.dtype)


def leaky_relu(z: Numbers, negative_slope: float = 0.01) -> Floats:
    """leaky_relu(z) = z for z > 0, else negative_slope * z.

    Maas, Hannun, Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.
    """
    z = as_floats(z)
    return np.where(z > 0, z, negative_slope * z)[()]


def leaky_relu_grad(z: Numbers, negative_slope: float = 0.01) -> Floats:
    """leaky_relu'(z) = 1 for z > 0, else negative_slope."""
    z = as_floats(z)
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(negative_slope))[()]


def elu(z: Numbers, alpha: float = 1.0) -> Floats:
    """elu(z) = z for z > 0, else alpha (e^z - 1).

    Clevert, Unterthiner, Hochreiter, "Fast and Accurate Deep Network Learning by Exponential
    Linear Units (ELUs)", 2015.
    """
    z = as_floats(z)
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))[()]


def elu_grad(z: Numbers, alpha: float = 1.0) -> Floats:
    """elu'(z) = 1 for z > 0, else alpha e^z; so elu'(0) = alpha."""
    z = as_floats(z)
    return np.where(z > 0, z.dtype.type(1), alpha * np.exp(np.minimum(z, 0)))[()]


def selu(z: Numbers) -> Floats:
    """selu(z) = scale * elu(z, alpha) with the two fixed numbers of Klambauer et al."""
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_grad(z: Numbers) -> Floats:
    """selu'(z) = scale * elu'(z, alpha); so selu'(0) = scale * alpha = 1.758."""
    return SELU_SCALE * elu_grad(z, SELU_ALPHA)
