"""Products of equal factors in float32, for the exercises on where its numbers end."""

import numpy as np

FACTORS = {0.25: "quarter", 0.125: "eighth", 1 / 32: "thirty-second"}


def products(factor):
    """The factor to the powers 1, 2, ..., 200, multiplied in float32."""
    return np.cumprod(np.full(200, factor, dtype=np.float32))


def bits(factor):
    """How far each factor moves the exponent of two."""
    return int(-np.log2(factor))
