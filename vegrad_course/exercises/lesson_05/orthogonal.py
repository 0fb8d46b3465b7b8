"""orthogonal(rows, cols, gain, rng): all singular values equal the gain; no direction preferred."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain, to_arrays

DRAWS, BALANCED = 240, 0.17  # over five standard errors
SIGNS = "share of positive numbers, over 240 draws,"
PAIRS = "share of draws in which an entry has the sign of the first one"
AGAIN = "same matrix from the same seed"
EXPECT = (
    "Every singular value is the gain, and over many draws each entry is positive as often as "
    "negative, whatever the signs of the others."
)


def cases(rng):
    for name, rows, cols, gain in (
        ("square", 3, 3, 1.0),
        ("a gain of 1.5", 3, 3, 1.5),
        ("more rows than columns", 5, 2, 1.0),
        ("more columns than rows", 2, 4, 0.5),
    ):
        inputs = {"rows": rows, "cols": cols, "gain": gain, "seed": int(rng.integers(10_000))}
        yield Case(name, inputs, EXPECT)


def collect(answer, case):
    """Shape and singular values of one draw, and the signs of many."""
    rng = np.random.default_rng(case["seed"])
    asked = [case[name] for name in ("rows", "cols", "gain")]
    draws = [_matrix(answer(*asked, rng)) for _ in range(DRAWS)]
    again = _matrix(answer(*asked, np.random.default_rng(case["seed"])))
    pairs = np.mean([draw * draw[0, 0] > 0 for draw in draws], axis=0)
    pairs[0, 0] = 0.5  # an entry always has its own sign
    return {
        AGAIN: np.array_equal(draws[0], again),
        "shape of the matrix": draws[0].shape,
        "list of singular values": np.linalg.svd(draws[0], compute_uv=False),
        SIGNS: _balanced(np.mean([draw > 0 for draw in draws], axis=0)),
        PAIRS: _balanced(pairs),
    }


def _balanced(share):
    """One half where chance explains the share; elsewhere the share, to one decimal."""
    return np.where(np.abs(share - 0.5) < BALANCED, 0.5, np.round(share, 1))


def _matrix(returned):
    matrix = to_arrays(returned)["result"]
    if matrix.dtype.kind != "f" or matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise NotPlain(
            f"Return a matrix of decimal numbers, without NaN; an array of shape {matrix.shape} "
            f"and dtype {matrix.dtype} came back."
        )
    return matrix


def judge(case, outputs):
    rows, cols = case["rows"], case["cols"]
    return first_problem(
        _shape(tuple(int(size) for size in outputs["shape of the matrix"]), (rows, cols)),
        compare(outputs, np.full(min(rows, cols), case["gain"]), part="list of singular values"),
        compare(outputs, np.full((rows, cols), 0.5), part=SIGNS),
        compare(outputs, np.full((rows, cols), 0.5), part=PAIRS),
        _from_rng(outputs[AGAIN]),
    )


def _shape(came, due):
    if came == due:
        return PASSED
    return failed("shape", f"your matrix has shape {came}; the shape must be {due}.")


def _from_rng(same):
    if same:
        return PASSED
    return failed(
        "value",
        "two calls, with generators of the same seed, gave different matrices. So they were not "
        "drawn with the `rng` that came in.",
    )


def normalised_columns_only(rows, cols, gain, rng):
    W = rng.normal(size=(rows, cols))
    return gain * W / np.linalg.norm(W, axis=0)


def signs_of_the_routine(rows, cols, gain, rng):
    q, _ = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    return gain * (q.T if cols > rows else q)


def gain_squared(rows, cols, gain, rng):
    q, r = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(r))
    return gain**2 * (q.T if cols > rows else q)


def root_of_the_gain(rows, cols, gain, rng):
    q, r = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(r))
    return np.sqrt(gain) * (q.T if cols > rows else q)


def forgets_the_gain(rows, cols, gain, rng):
    q, r = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(r))
    return q.T if cols > rows else q


def wide_without_transposing(rows, cols, gain, rng):
    q, r = np.linalg.qr(rng.normal(size=(rows, cols)))
    return gain * q * np.sign(np.diag(r))


def returns_r(rows, cols, gain, rng):
    _, r = np.linalg.qr(rng.normal(size=(rows, cols)))
    return gain * r


def gaussian_of_the_right_size(rows, cols, gain, rng):
    return rng.normal(0, gain / np.sqrt(cols), (rows, cols))


def same_seed_each_time(rows, cols, gain, rng):
    q, r = np.linalg.qr(np.random.default_rng(0).normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(r))
    return gain * (q.T if cols > rows else q)


def left_singular_vectors(rows, cols, gain, rng):
    u, _, _ = np.linalg.svd(
        rng.normal(size=(max(rows, cols), min(rows, cols))), full_matrices=False
    )
    return gain * (u.T if cols > rows else u)


def one_sign_for_all(rows, cols, gain, rng):
    q, _ = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    return gain * rng.choice([-1.0, 1.0]) * (q.T if cols > rows else q)


def signs_from_q(rows, cols, gain, rng):
    q, _ = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(q))
    return gain * (q.T if cols > rows else q)


def tall_left_tall(rows, cols, gain, rng):
    q, r = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    return gain * q * np.sign(np.diag(r))


def drawn_elsewhere(rows, cols, gain, rng):
    own = np.random.default_rng()
    q, r = np.linalg.qr(own.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * np.sign(np.diag(r))
    return gain * (q.T if cols > rows else q)


def by_both_singular_bases(rows, cols, gain, rng):
    u, _, vt = np.linalg.svd(rng.normal(size=(rows, cols)), full_matrices=False)
    return gain * u @ vt


def by_random_signs(rows, cols, gain, rng):
    q, _ = np.linalg.qr(rng.normal(size=(max(rows, cols), min(rows, cols))))
    q = q * rng.choice([-1.0, 1.0], size=q.shape[1])
    return gain * (q.T if cols > rows else q)


def part_of_a_square_one(rows, cols, gain, rng):
    n = max(rows, cols)
    q, r = np.linalg.qr(rng.normal(size=(n, n)))
    return gain * (q * np.sign(np.diag(r)))[:rows, :cols]


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "`q, r = np.linalg.qr(A)` turns the columns of A into perpendicular columns of length 1. "
        "Start from a Gaussian matrix, so that no direction is preferred.",
        "A wide matrix has too many columns to be perpendicular. Draw it tall, and transpose the "
        "result. Look at the signs too: print q[0, 0] for ten draws.",
        "The routine always gives q[0, 0] the same sign. Multiply each column of q by the sign of "
        "its entry on the diagonal of r: `q * np.sign(np.diag(r))`. Multiply by the gain at the "
        "end.",
    ),
    misconceptions=(
        Misconception(
            normalised_columns_only,
            "Your columns have length 1, and they are not perpendicular. So some directions are "
            "still stretched and others squeezed: your singular values differ. QR makes the "
            "columns perpendicular too.",
        ),
        Misconception(
            signs_of_the_routine,
            "Your singular values are right. But one entry always has the same sign: that is a "
            "habit of the QR routine, so you do not draw all rotations equally often. Multiply "
            "each column of q by the sign of the entry of r's diagonal.",
        ),
        Misconception(
            gain_squared,
            "Your singular values are the gain squared. Multiply by the gain once.",
        ),
        Misconception(
            root_of_the_gain,
            "Your singular values are the root of the gain. The gain stretches lengths, not "
            "variances: multiply by the gain itself.",
        ),
        Misconception(
            forgets_the_gain,
            "The gain is missing: your singular values are 1 whatever it is.",
        ),
        Misconception(
            wide_without_transposing,
            "With more columns than rows your matrix has the wrong shape. `np.linalg.qr` of a wide "
            "matrix returns a square q. Draw a tall matrix there, and transpose at the end.",
        ),
        Misconception(
            returns_r,
            "You returned r, which holds what was left over. The perpendicular columns are in q.",
        ),
        Misconception(
            gaussian_of_the_right_size,
            "This is a Gaussian matrix. It keeps lengths on average, and no direction exactly: "
            "your singular values differ. Make its columns perpendicular with `np.linalg.qr`.",
        ),
        Misconception(
            same_seed_each_time,
            "Every call gave the same matrix. Draw with the `rng` that comes in.",
        ),
        Misconception(
            left_singular_vectors,
            "Your singular values are right. But some entries have one sign more often: the SVD "
            "routine has habits, too. Multiply by the other basis as well, `u @ vt`, or use QR "
            "with corrected signs.",
        ),
        Misconception(
            one_sign_for_all,
            "You flipped the whole matrix by one sign. The habit of the QR routine remains: the "
            "diagonal entries still go together. Each column needs a sign of its own, that of the "
            "entry on the diagonal of r.",
        ),
        Misconception(
            signs_from_q,
            "You took the signs from the diagonal of q. That makes the diagonal of your matrix "
            "positive in each draw. Take the signs from the diagonal of r.",
        ),
        Misconception(
            tall_left_tall,
            "You drew a tall matrix for a wide one, which is right, and forgot to turn it at the "
            "end: return q.T there.",
        ),
        Misconception(
            drawn_elsewhere,
            "You drew with `np.random`, or with a generator of your own. Then nobody can repeat "
            "the run. Draw with the `rng` that comes in.",
        ),
    ),
    alternatives=(by_both_singular_bases, by_random_signs, part_of_a_square_one),
    equivalent={
        "q * np.sign(np.diag(r)) -> q / np.sign(np.diag(r))": "Dividing by a sign is multiplying.",
        "rows >= cols -> rows > cols": "A square one is as random when it is transposed.",
        "return gain * (q if rows >= cols else q.T) -> "
        "return -(gain * (q if rows >= cols else q.T))": "Minus such a matrix is as likely.",
    },
)
