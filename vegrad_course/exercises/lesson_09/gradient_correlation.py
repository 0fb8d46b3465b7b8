"""gradient_correlation(gradients, lag): how alike are gradients at neighbouring inputs?"""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "One correlation for each network, between points `lag` apart; then their mean."
    smooth = rng.normal(size=(6, 40)).cumsum(axis=1) + 5
    yield Case("smooth gradients, lag 1", {"gradients": smooth, "lag": 1}, expect)
    yield Case("smooth gradients, lag 7", {"gradients": smooth, "lag": 7}, expect)
    sizes = 10.0 ** rng.uniform(-2, 2, (5, 1))
    mixed = sizes * (rng.normal(size=(5, 30)).cumsum(axis=1) + 1)
    expect = "Each network counts the same, however large its gradients are."
    yield Case("networks of different size", {"gradients": mixed, "lag": 3}, expect)
    steps = np.tile([1.0, -1.0], 10) + rng.normal(0, 0.1, (3, 20))
    expect = "Gradients that jump up and down from point to point have a correlation near -1."
    yield Case("up and down", {"gradients": steps, "lag": 1}, expect)
    expect = "With one network the mean is its own correlation."
    yield Case("one network", {"gradients": rng.normal(size=(1, 25)), "lag": 2}, expect)


def judge(case, outputs):
    import torch

    lag, rows = case["lag"], torch.tensor(case["gradients"])
    pairs = [torch.stack([row[:-lag], row[lag:]]) for row in rows]
    each = [float(torch.corrcoef(pair)[0, 1]) for pair in pairs]
    return compare(outputs, np.mean(each), rtol=1e-5, atol=1e-8)


def not_centred(gradients, lag):
    first, second = gradients[:, :-lag], gradients[:, lag:]
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.mean(np.sum(first * second, axis=1) / norms)


def covariance(gradients, lag):
    first, second = gradients[:, :-lag], gradients[:, lag:]
    return np.mean([np.cov(a, b)[0, 1] for a, b in zip(first, second)])  # noqa: B905


def all_networks_in_one(gradients, lag):
    return np.corrcoef(gradients[:, :-lag].ravel(), gradients[:, lag:].ravel())[0, 1]


def always_the_next_point(gradients, lag):
    return np.mean([np.corrcoef(row[:-1], row[1:])[0, 1] for row in gradients])


def every_lagth_point(gradients, lag):
    return np.mean([np.corrcoef(row[::lag][:-1], row[::lag][1:])[0, 1] for row in gradients])


def across_the_networks(gradients, lag):
    pairs = zip(gradients.T[:-lag], gradients.T[lag:], strict=True)
    return np.mean([np.corrcoef(a, b)[0, 1] for a, b in pairs])


def around_the_ends(gradients, lag):
    return np.mean([np.corrcoef(row, np.roll(row, lag))[0, 1] for row in gradients])


def without_its_sign(gradients, lag):
    return np.mean([abs(np.corrcoef(row[:-lag], row[lag:])[0, 1]) for row in gradients])


def diagonal_of_the_matrix(gradients, lag):
    return np.mean([np.corrcoef(row[:-lag], row[lag:])[0, 0] for row in gradients])


def whole_matrix(gradients, lag):
    return np.mean([np.corrcoef(row[:-lag], row[lag:]) for row in gradients])


def one_per_network(gradients, lag):
    return np.array([np.corrcoef(row[:-lag], row[lag:])[0, 1] for row in gradients])


def squared(gradients, lag):
    return np.mean([np.corrcoef(row[:-lag], row[lag:])[0, 1] ** 2 for row in gradients])


def mean_of_the_whole_row(gradients, lag):
    centred = gradients - gradients.mean(axis=1, keepdims=True)
    products = np.sum(centred[:, :-lag] * centred[:, lag:], axis=1)
    return np.mean(products / np.sum(centred**2, axis=1))


def standardised(gradients, lag):
    def standard(a):
        return (a - a.mean(axis=1, keepdims=True)) / a.std(axis=1, keepdims=True)

    return float((standard(gradients[:, lag:]) * standard(gradients[:, :-lag])).mean())


def by_corrcoef(gradients, lag):
    total = 0.0
    for row in gradients:
        total += np.corrcoef(np.stack([row[lag:], row[:-lag]]))[1, 0]
    return total / len(gradients)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Pair each point with the point `lag` places further on. The last `lag` points have no "
        "partner. Which two slices of a row are that?",
        "`np.corrcoef(a, b)` gives a 2 x 2 matrix. The correlation of a with b stands beside the "
        "diagonal.",
        "Correlate `row[:-lag]` with `row[lag:]` for each row alone, then take the mean over the "
        "rows.",
    ),
    misconceptions=(
        Misconception(
            not_centred,
            "You left out the mean. A correlation asks whether two points lie on the same side of "
            "the mean, so subtract it from each slice first. Without that, any gradient that keeps "
            "its sign looks well correlated.",
        ),
        Misconception(
            covariance,
            "You returned a covariance. It grows with the size of the gradients; divide by both "
            "standard deviations, or use `np.corrcoef`.",
        ),
        Misconception(
            all_networks_in_one,
            "You put all networks into one long row. Then a network with large gradients drowns "
            "the others. Take one correlation per network, and their mean.",
        ),
        Misconception(
            always_the_next_point,
            "You always compare with the next point. The distance is `lag` points.",
        ),
        Misconception(
            every_lagth_point,
            "You kept every `lag`-th point only. All points count, each with the point `lag` "
            "places further on: `row[:-lag]` and `row[lag:]`.",
        ),
        Misconception(
            across_the_networks,
            "You correlated across the networks, for each pair of points. It is the other way "
            "round: for each network, along its points; then the mean over the networks.",
        ),
        Misconception(
            around_the_ends,
            "`np.roll` goes around: the last points are paired with the first, which are far away "
            "from them. Leave the points without a partner out.",
        ),
        Misconception(
            without_its_sign,
            "You dropped the sign. A gradient that flips from point to point has a correlation "
            "of -1, the opposite of smooth.",
        ),
        Misconception(
            diagonal_of_the_matrix,
            "You took the diagonal of the matrix: a slice compared with itself, which is always 1. "
            "The entry beside it compares the two.",
        ),
        Misconception(
            whole_matrix,
            "You took the mean of the whole 2 x 2 matrix. Its diagonal is always 1. Only the entry "
            "beside it compares the two slices.",
        ),
        Misconception(
            one_per_network,
            "You returned one number per network. Take the mean of them.",
        ),
        Misconception(
            squared,
            "You squared the correlation. Take it as it is, with its sign.",
        ),
        Misconception(
            mean_of_the_whole_row,
            "You are close: you used the mean and the variance of the whole row. Each slice has "
            "its own: centre and scale the two slices, or use `np.corrcoef`.",
        ),
    ),
    alternatives=(standardised, by_corrcoef),
    equivalent={"1 -> -1": "The matrix is 2 x 2, so its entry [0, -1] is its entry [0, 1]."},
)
