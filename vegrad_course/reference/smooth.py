"""Smooth activations, each beside its derivative.

Every function keeps shape and dtype and is finite, without a warning, for any |z| up to 1e4.
The one idea behind that: exponentiate only numbers that are zero or negative.
"""

import math

import numpy as np

from vegrad_course.reference._types import Floats, Numbers


def as_floats(z: Numbers) -> np.ndarray:
    """z as an array of floats: floats keep their dtype, integers become float64."""
    z = np.asarray(z)
    return z if np.issubdtype(z.dtype, np.floating) else z.astype(np.float64)


def sigmoid(z: Numbers) -> Floats:
    """sigma(z) = 1 / (1 + e^-z), written with e^-|z| so that nothing overflows."""
    z = as_floats(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, z.dtype.type(1), e) / (1 + e)


def sigmoid_grad(z: Numbers) -> Floats:
    """sigma'(z) = sigma(z) sigma(-z) = e / (1 + e)^2 with e = e^-|z|; at most 1/4, at z = 0.

    sigma (1 - sigma) is the same on paper, but 1 - sigma rounds to 0 on the right.
    """
    e = np.exp(-np.abs(as_floats(z)))
    return e / (1 + e) ** 2


def tanh(z: Numbers) -> Floats:
    """tanh(z) = 2 sigma(2z) - 1."""
    return np.tanh(as_floats(z))


def tanh_grad(z: Numbers) -> Floats:
    """tanh'(z) = 1 - tanh(z)^2 = 4 sigma'(2z); at most 1, at z = 0.

    The second form does not subtract nearly equal numbers, so the tails are right.
    """
    return 4 * sigmoid_grad(2 * as_floats(z))


def softplus(z: Numbers) -> Floats:
    """softplus(z) = ln(1 + e^z), a smooth ReLU."""
    return np.logaddexp(0, as_floats(z))


def softplus_grad(z: Numbers) -> Floats:
    """softplus'(z) = sigma(z)."""
    return sigmoid(z)


def silu(z: Numbers) -> Floats:
    """silu(z) = z sigma(z), also called swish.

    Elfwing, Uchibe, Doya, "Sigmoid-Weighted Linear Units for Neural Network Function
    Approximation in Reinforcement Learning", 2017.
    """
    z = as_floats(z)
    return z * sigmoid(z)


def silu_grad(z: Numbers) -> Floats:
    """silu'(z) = sigma(z) + z sigma'(z), the product rule."""
    z = as_floats(z)
    return sigmoid(z) + z * sigmoid_grad(z)


def normal_cdf(z: Numbers) -> Floats:
    """Phi(z) = P(N(0, 1) <= z) = erfc(-z / sqrt 2) / 2; numpy has no erfc, so Python's is used."""
    z = as_floats(z)
    erfc = np.vectorize(math.erfc, otypes=[np.float64])
    return (erfc(-z.astype(np.float64) / math.sqrt(2)) / 2).astype(z.dtype)


def normal_density(z: Numbers) -> Floats:
    """phi(z) = Phi'(z) = e^(-z^2 / 2) / sqrt(2 pi)."""
    return np.exp(-np.square(as_floats(z)) / 2) / math.sqrt(2 * math.pi)


def gelu(z: Numbers) -> Floats:
    """gelu(z) = z Phi(z), the exact form and not its tanh approximation.

    Hendrycks, Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.
    """
    z = as_floats(z)
    return z * normal_cdf(z)


def gelu_grad(z: Numbers) -> Floats:
    """gelu'(z) = Phi(z) + z phi(z), the product rule."""
    z = as_floats(z)
    return normal_cdf(z) + z * normal_density(z)
