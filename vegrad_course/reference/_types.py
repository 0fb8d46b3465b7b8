"""Names for the arrays that appear in the signatures."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Num

# What an elementwise function takes, and what it gives back: the same shape, in floats.
Numbers = int | float | np.number | Num[np.ndarray, "..."]
Floats = np.floating | Float[np.ndarray, "..."]

# An activation f or its derivative df: array in, array of the same shape and dtype out.
Elementwise = Callable[[Any], Any]

# One entry per layer; the sizes may change from layer to layer.
Matrices = Sequence[Float[np.ndarray, "_ _"]]
Vectors = Sequence[Float[np.ndarray, "... _"]]
