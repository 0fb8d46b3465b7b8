"""One step of an optimiser: pure functions from weights, gradient and state to new ones.

Coupled weight decay (L2) adds weight_decay * w to the gradient, as the penalty
weight_decay / 2 * |w|^2 would. Decoupled decay shrinks the weights beside the step.
"""

import numpy as np
from jaxtyping import Float

from vegrad_course.reference._checks import check_square

Array = Float[np.ndarray, "*shape"]


def sgd_step(w: Array, g: Array, lr: float, weight_decay: float = 0.0) -> Array:
    """w - lr (g + weight_decay w). For plain SGD coupled and decoupled decay are the same."""
    return w - lr * (g + weight_decay * w)


def momentum_step(
    w: Array,
    g: Array,
    velocity: Array,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[Array, Array]:
    """New weights and new velocity: v <- momentum v + g, w <- w - lr v, with coupled decay.

    Source: Polyak: Some methods of speeding up the convergence of iteration methods (1964).
    """
    velocity = momentum * velocity + g + weight_decay * w
    return w - lr * velocity, velocity


def adam_step(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    lr: float,
    weight_decay: float = 0.0,
    decoupled: bool = True,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """New weights and new means m of g and v of g^2; t counts steps from 1.

    m and v start at 0, so both are divided by what of their weight has arrived: 1 - beta^t.
    Sources: Kingma, Ba: Adam (2015), algorithm 1. Decoupled decay: Loshchilov, Hutter: Decoupled
    weight decay regularization (2019), algorithm 2, with the decay multiplied by lr.
    """
    if t < 1:
        raise ValueError(f"t counts steps from 1: got {t}. Pass 1 at the first step.")
    if not decoupled:
        g = g + weight_decay * w
    m = betas[0] * m + (1 - betas[0]) * g
    v = betas[1] * v + (1 - betas[1]) * g**2
    step = m / (1 - betas[0] ** t) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    decay = weight_decay * w if decoupled else 0.0
    return w - lr * (step + decay), m, v


def stable_learning_rate(H: Float[np.ndarray, "n n"]) -> np.floating:
    """2 / lambda_max of a symmetric positive definite H: the end of the stable range.

    Along an eigenvector a step of gradient descent multiplies the distance by 1 - lr lambda.
    """
    check_square(H)
    curvatures = np.linalg.eigvalsh(H)
    if not curvatures[0] > 0:
        raise ValueError(
            f"H must curve upwards in every direction: got the eigenvalue {curvatures[0]:.3g}. "
            "Elsewhere no learning rate leads to a minimum."
        )
    return 2 / curvatures[-1]
