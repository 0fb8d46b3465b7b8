"""The inputs that every elementwise function of lesson 01 is asked about."""

import numpy as np

from vegrad_course.exercises.model import Case


def elementwise_cases(rng, expect, expect_far_out):
    """Ordinary numbers, a matrix, the far ends, float32. Two sentences say what is right."""
    yield Case("ordinary numbers", {"z": rng.uniform(-4, 4, 8)}, expect)
    yield Case("a matrix keeps its shape", {"z": rng.normal(0, 2, (3, 4))}, expect)
    far = np.array([-1e4, -800.0, -20.0, 0.0, 20.0, 800.0, 1e4])
    yield Case("far out, without a warning", {"z": far}, expect_far_out)
    single = np.array([*rng.uniform(-4, 4, 5), -1e4, 1e4], dtype=np.float32)
    yield Case("float32 stays float32, also far out", {"z": single}, expect_far_out)
