"""The signatures are really checked: without the hook this passes silently."""

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from vegrad_course.reference import power_norms


def test_a_wrong_dtype_is_caught_by_the_signature() -> None:
    with pytest.raises(TypeCheckError):
        power_norms(np.eye(2, dtype=np.int64), 3)
