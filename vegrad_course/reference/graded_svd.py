"""Singular values of a long product of matrices, held as logarithms so that none is lost.

The product is kept as Q diag(e^d) T, where Q has orthonormal columns, T has rows of length 1 and
d holds natural logarithms. Each layer is one QR step. At the end T's rows are made orthogonal by
Jacobi rotations: the e^d that remain are the singular values.

Sources: Loh et al., "Stable Matrix-Multiplication Algorithms for Low-Temperature Numerical
Simulations of Fermions", 1989, for the graded form; Demmel, Veselic, "Jacobi's Method is More
Accurate than QR", 1992, for the rotations.
"""

import numpy as np
from jaxtyping import Float, Int

from vegrad_course.reference._types import Matrices

MAX_SWEEPS = 60  # about ten are needed


def log_singular_values(Ws: Matrices) -> Float[np.ndarray, " k"]:
    """Natural logs of the singular values of W_L ... W_1, largest first; -inf for a true zero."""
    n_in, n_out = Ws[0].shape[1], Ws[-1].shape[0]
    Q, d, T = np.eye(n_in), np.zeros(n_in), np.eye(n_in)
    for W in Ws:
        Q, d, T = multiply(W.astype(np.float64), Q, d, T)
    found = np.sort(orthogonalise(d, T))[::-1]
    beyond_bottleneck = min(n_in, n_out) - len(found)
    return np.append(found, np.full(beyond_bottleneck, -np.inf))


def multiply(
    W: Float[np.ndarray, "n m"],
    Q: Float[np.ndarray, "m k"],
    d: Float[np.ndarray, " k"],
    T: Float[np.ndarray, "k n_0"],
) -> tuple[Float[np.ndarray, "n j"], Float[np.ndarray, " j"], Float[np.ndarray, "j n_0"]]:
    """W (Q e^d T) in the same form again: W Q = Q' R, and R e^d T = e^d' T'.

    The columns are taken from large to small, so that no small one is drowned by a large one.
    """
    WQ = W @ Q
    order = np.argsort(-(d + log(lengths(WQ.T))), stable=True)
    Q, R = np.linalg.qr(WQ[:, order])
    exponents = np.where(R != 0, d[order], -np.inf)
    largest = np.max(exponents, axis=1, keepdims=True, initial=-np.inf)
    largest[~np.isfinite(largest)] = 0  # a row of zeros
    return Q, *unit_rows(largest[:, 0], (R * np.exp(exponents - largest)) @ T[order])


def orthogonalise(
    d: Float[np.ndarray, " k"], T: Float[np.ndarray, "k n_0"]
) -> Float[np.ndarray, " k"]:
    """Log lengths of the rows of e^d T once rotations of pairs have made them all orthogonal."""
    tolerance = 10 * np.finfo(np.float64).eps * np.sqrt(T.shape[1])
    for _ in range(MAX_SWEEPS):
        skew = False
        for i, j in tournament(len(d)):
            cosine = np.sum(T[i] * T[j], axis=1)
            turn = np.abs(cosine) > tolerance
            rotate(d, T, i[turn], j[turn], cosine[turn])
            skew |= bool(np.any(turn))
        if not skew:
            return d
    raise np.linalg.LinAlgError(
        f"rotations must make all rows orthogonal: some were not after {MAX_SWEEPS} sweeps. "
        "Are the matrices singular up to rounding?"
    )


def rotate(
    d: Float[np.ndarray, " k"],
    T: Float[np.ndarray, "k n_0"],
    i: Int[np.ndarray, " pairs"],
    j: Int[np.ndarray, " pairs"],
    cosine: Float[np.ndarray, " pairs"],
) -> None:
    """Make rows i and j of e^d T orthogonal, in place, all pairs at once.

    With r = length of the shorter row / length of the longer, the rotation has tangent r s. Only
    s is needed, and it stays finite when r underflows: s = -cosine, plain orthogonal projection.
    """
    i, j = np.where(d[i] >= d[j], (i, j), (j, i))
    r2 = np.exp(2 * (d[j] - d[i]))
    s = -2 * cosine / (1 - r2 + np.sqrt((1 - r2) ** 2 + 4 * r2 * cosine**2))
    log_cos = -np.log1p(r2 * s**2) / 2
    longer, shorter = T[i] - (r2 * s)[:, np.newaxis] * T[j], T[j] + s[:, np.newaxis] * T[i]
    d[i], T[i] = unit_rows(d[i] + log_cos, longer)
    d[j], T[j] = unit_rows(d[j] + log_cos, shorter)


def tournament(n: int) -> list[tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]]:
    """Rounds of disjoint pairs in which each of n players meets every other once."""
    players = np.arange(n + n % 2)  # with n odd, whoever draws player n rests
    rounds = []
    for _ in range(len(players) - 1):
        i, j = players[: len(players) // 2], players[: len(players) // 2 - 1 : -1]
        plays = (i < n) & (j < n)
        rounds.append((i[plays], j[plays]))
        players = np.concatenate((players[:1], np.roll(players[1:], 1)))
    return rounds


def unit_rows(
    d: Float[np.ndarray, " k"], rows: Float[np.ndarray, "k m"]
) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, "k m"]]:
    """Rows scaled to length 1, their log lengths added to d; a row of zeros stays, with -inf."""
    size = lengths(rows)
    return d + log(size), rows / np.where(size > 0, size, 1)[:, np.newaxis]


def lengths(rows: Float[np.ndarray, "k m"]) -> Float[np.ndarray, " k"]:
    """Length of each row, scaled first so that no square leaves the range of floats."""
    largest = np.max(np.abs(rows), axis=1, initial=0)
    scale = np.where(largest > 0, largest, 1)
    return scale * np.linalg.norm(rows / scale[:, np.newaxis], axis=1)


def log(x: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Natural log with log(0) = -inf, the right answer here."""
    with np.errstate(divide="ignore"):
        return np.log(x)
