"""growth_rate(W): the factor per step by which the norm of W^k grows in the long run."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_03._networks import spectral_radius
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "After many steps, one more step multiplies the norm of W^k by this number on average."
    negative = _leading_in_the_middle(lambda: _with_eigenvalues([0.7, -1.2, 0.3, -0.5], rng))
    yield Case("the leading eigenvalue is negative", {"W": negative}, expect)
    angle = rng.uniform(0.5, 1.0)
    spiral = 0.95 * np.array(
        [[np.cos(angle), -2 * np.sin(angle)], [np.sin(angle) / 2, np.cos(angle)]]
    )
    yield Case("a spiral: the eigenvalues are complex", {"W": spiral}, expect)
    skewed = np.triu(rng.uniform(1, 3, (4, 4)), 1) + np.diag([0.5, -0.3, 0.8, 0.1])
    yield Case("far from symmetric, and fading", {"W": skewed}, expect)
    scattered = _leading_in_the_middle(lambda: rng.normal(0, 0.5, (6, 6)))
    yield Case("random entries", {"W": scattered}, expect)


def _with_eigenvalues(values, rng):
    turned = rng.normal(0, 1, (len(values), len(values))) + 2 * np.eye(len(values))
    return turned @ np.diag(values) @ np.linalg.inv(turned)


def _leading_in_the_middle(draw):
    """A draw whose largest eigenvalue is neither the first nor the last that numpy lists."""
    while True:
        W = draw()
        sizes = np.abs(np.linalg.eigvals(W))
        if max(sizes[0], sizes[-1]) < 0.95 * sizes.max():
            return W


def judge(case, outputs):
    return compare(outputs, spectral_radius(case["W"]))


def largest_singular_value(W):
    return np.linalg.svd(W, compute_uv=False)[0]


def largest_without_its_size(W):
    return np.linalg.eigvals(W).max()


def largest_real_part(W):
    return np.linalg.eigvals(W).real.max()


def determinant(W):
    return np.linalg.det(W)


def trace(W):
    return np.trace(W)


def size_of_real_parts(W):
    return np.abs(np.linalg.eigvals(W).real).max()


def size_of_the_maximum(W):
    return np.abs(np.linalg.eigvals(W).max())


def first_in_the_list(W):
    return np.abs(np.linalg.eigvals(W))[0]


def last_in_the_list(W):
    return np.abs(np.linalg.eigvals(W))[-1]


def as_if_symmetric(W):
    return np.abs(np.linalg.eigvalsh(W)).max()


def frobenius_norm(W):
    return np.linalg.norm(W)


def in_decades(W):
    return np.log10(np.abs(np.linalg.eigvals(W)).max())


def root_at_a_finite_k(W):
    return np.linalg.norm(np.linalg.matrix_power(W, 400), 2) ** (1 / 400)


def ratio_of_two_norms(W):
    power = np.linalg.matrix_power(W, 400)
    return np.linalg.norm(W @ power, 2) / np.linalg.norm(power, 2)


def by_squaring(W):
    power, log_norm = W, 0.0
    for doubling in range(31):
        norm = np.linalg.norm(power)
        log_norm += np.log(norm)
        rate = np.exp(log_norm / 2**doubling)
        power, log_norm = power @ power / norm**2, 2 * log_norm
    return rate


def by_a_loop(W):
    return max(abs(value) for value in np.linalg.eig(W)[0])


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "An eigenvector is multiplied by its eigenvalue at every step. After many steps, which "
        "eigenvalue has won?",
        "`np.linalg.eigvals(W)` gives all of them. A negative one flips the sign at each step, a "
        "complex one turns the vector. What counts for the norm is how large it is.",
        "`np.abs` gives the size of each eigenvalue, also of a negative or complex one. You need "
        "the largest of these sizes.",
    ),
    misconceptions=(
        Misconception(
            largest_singular_value,
            "You returned the largest singular value. It limits what one step can do. Repeated "
            "steps turn the vector away from the direction that is stretched most, so the long run "
            "is decided by eigenvalues.",
        ),
        Misconception(
            largest_without_its_size,
            "You took the largest eigenvalue without its size. A negative eigenvalue grows just "
            "as fast, with a changing sign, and a complex one turns while it grows. Compare "
            "absolute values.",
        ),
        Misconception(
            largest_real_part,
            "You looked at real parts only. A negative or complex eigenvalue can be far larger "
            "than its real part says. Its size is `np.abs`.",
        ),
        Misconception(
            determinant,
            "The determinant is the product of all eigenvalues: it says how volume changes. One "
            "direction may grow while the volume shrinks. The largest size alone wins.",
        ),
        Misconception(
            trace,
            "The trace is the sum of all eigenvalues. They do not add up in W^k: each goes its own "
            "way, and the one of the largest size wins.",
        ),
        Misconception(
            size_of_real_parts,
            "You took the size of the real parts. That is enough for real eigenvalues. A complex "
            "one also has an imaginary part, which turns the vector: `np.abs` of the whole "
            "eigenvalue is its size.",
        ),
        Misconception(
            first_in_the_list,
            "You took the first eigenvalue. `np.linalg.eigvals` does not sort them, unlike the "
            "singular values: the largest may stand anywhere. Take the maximum of the sizes.",
        ),
        Misconception(
            last_in_the_list,
            "You took the last eigenvalue. `np.linalg.eigvals` does not sort them, so the largest "
            "may stand anywhere. Take the maximum of the sizes.",
        ),
        Misconception(
            size_of_the_maximum,
            "You took the maximum first and its size afterwards. By then a large negative "
            "eigenvalue has lost against a small positive one. Take all sizes, then the maximum.",
        ),
        Misconception(
            as_if_symmetric,
            "`eigvalsh` is for symmetric matrices: it reads one half of W and supposes that the "
            "other is its mirror image. This W is not symmetric. Use `np.linalg.eigvals`.",
        ),
        Misconception(
            frobenius_norm,
            "`np.linalg.norm(W)` is the root of the sum of all squared entries. It is an upper "
            "bound for one step. The long run is decided by eigenvalues.",
        ),
        Misconception(
            in_decades,
            "You returned the rate in decades. The factor itself is asked for: leave out `log10`.",
        ),
        Misconception(
            root_at_a_finite_k,
            "You are close: this formula has the right limit. But your k is finite, and the "
            "difference fades only slowly, like 1/k. The limit itself can be had exactly: it is "
            "the size of the largest eigenvalue.",
            rtol=0.05,  # any large k
        ),
        Misconception(
            ratio_of_two_norms,
            "You compared the norms of two powers that follow each other. This works while one "
            "real eigenvalue leads. A complex pair turns the vector as it grows, so single steps "
            "differ for ever. The sizes of the eigenvalues give the mean over all steps.",
            rtol=0.9,  # any two large powers
        ),
    ),
    alternatives=(by_squaring, by_a_loop),
)
