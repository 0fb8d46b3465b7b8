"""update_ratio(before, after): how far a step moved the weights, relative to their size."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "The norm of the change, divided by the norm of the weights before the step."
    yield Case("a step of a healthy size", moved(rng, (6, 4), 0.01), expect)
    yield Case("a large step", moved(rng, (5, 7), 3.0), expect)
    yield Case("one row of weights", moved(rng, (1, 8), 0.2), expect)
    before = rng.normal(size=(4, 4))
    yield Case(
        "weights that turn and keep their length",
        {"before": before, "after": before[::-1].copy()},
        "The norm before and after is the same, and yet the weights have moved far.",
    )
    yield Case(
        "nothing moved",
        {"before": before, "after": before.copy()},
        "Where no weight changed, the ratio is exactly 0.",
    )
    sparse = rng.normal(size=(5, 5))
    sparse[2, 3] = sparse[0, 0] = 0.0
    yield Case(
        "some weights were 0 before",
        {"before": sparse, "after": sparse + 0.1 * rng.normal(size=(5, 5))},
        "A single weight may be 0. The norm of all weights is not, so the ratio is finite.",
    )


def moved(rng, shape, size):
    before = rng.normal(0, 2, shape)
    return {"before": before, "after": before + size * rng.normal(size=shape)}


def judge(case, outputs):
    """The sums are added exactly, by `math.fsum`."""
    from math import fsum, sqrt

    before, after = case["before"].ravel(), case["after"].ravel()
    change = fsum((b - a) ** 2 for a, b in zip(before, after, strict=True))
    return compare(outputs, sqrt(change / fsum(a * a for a in before)))


def divides_by_the_weights_after(before, after):
    return np.linalg.norm(after - before) / np.linalg.norm(after)


def change_of_the_norm(before, after):
    return abs(np.linalg.norm(after) - np.linalg.norm(before)) / np.linalg.norm(before)


def ratio_of_norms(before, after):
    return np.linalg.norm(after) / np.linalg.norm(before)


def change_only(before, after):
    return np.linalg.norm(after - before)


def squared(before, after):
    return np.sum((after - before) ** 2) / np.sum(before**2)


def mean_of_ratios(before, after):
    with np.errstate(all="ignore"):
        return np.mean(np.abs((after - before) / before))


def upside_down(before, after):
    with np.errstate(all="ignore"):
        return np.linalg.norm(before) / np.linalg.norm(after - before)


def entry_by_entry(before, after):
    with np.errstate(all="ignore"):
        return np.abs(after - before) / np.abs(before)


def signed_sums(before, after):
    return np.sum(after - before) / np.sum(before)


def means_of_sizes(before, after):
    return np.mean(np.abs(after - before)) / np.mean(np.abs(before))


def spectral(before, after):
    return np.linalg.norm(after - before, 2) / np.linalg.norm(before, 2)


def in_decades(before, after):
    with np.errstate(all="ignore"):
        return np.log10(np.linalg.norm(after - before) / np.linalg.norm(before))


def by_root_mean_squares(before, after):
    return np.sqrt(np.mean((after - before) ** 2) / np.mean(before**2))


def by_dot_products(before, after):
    step = (after - before).ravel()
    return (step @ step / (before.ravel() @ before.ravel())) ** 0.5


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    hints=(
        "A step of 0.01 is large for a weight of 0.02, and small for a weight of 5. So compare "
        "the step with the size of the weights.",
        "The step is `after - before`. Its size is a norm; so is the size of the weights.",
        "`np.linalg.norm(...)` of a matrix is the root of the sum of all squared entries. Divide "
        "one norm by the other.",
    ),
    misconceptions=(
        Misconception(
            divides_by_the_weights_after,
            "You divided by the weights after the step. A step that makes the weights huge would "
            "hide itself: its ratio could never be much above 1. Divide by the norm before.",
        ),
        Misconception(
            change_of_the_norm,
            "You compared the two norms. Weights can turn, and move far, with their norm "
            "unchanged. Subtract the weights first, then take the norm of the difference.",
        ),
        Misconception(
            ratio_of_norms,
            "You divided the norm after by the norm before. Where nothing moved this is 1. The "
            "question is how far the weights moved: start from `after - before`.",
        ),
        Misconception(
            change_only,
            "You returned the size of the step alone. The same step is large for small weights "
            "and small for large ones: divide by the norm of `before`.",
        ),
        Misconception(
            squared,
            "Your ratio is squared: the root is missing. A norm is the root of a sum of squares.",
        ),
        Misconception(
            mean_of_ratios,
            "You averaged the ratios of single weights. One weight that happens to be near 0 then "
            "decides everything. Take two norms over all weights, and divide once.",
        ),
        Misconception(
            upside_down,
            "Your ratio is upside down. A small step must give a small number: the change is on "
            "top.",
        ),
        Misconception(
            entry_by_entry,
            "You returned one ratio for each weight. One number for the whole layer is asked for: "
            "two norms, divided once.",
        ),
        Misconception(
            signed_sums,
            "You added entries with their signs, so they cancel. A norm squares first.",
        ),
        Misconception(
            means_of_sizes,
            "You compared mean absolute values. That is close; the Euclidean norm is asked for.",
        ),
        Misconception(
            spectral,
            "You took the largest singular value, `np.linalg.norm(..., 2)`. Leave out the 2: "
            "the root of the sum of all squares counts every weight.",
        ),
        Misconception(
            in_decades,
            "You took the log10. The ratio itself is asked for.",
        ),
    ),
    alternatives=(by_root_mean_squares, by_dot_products),
)
