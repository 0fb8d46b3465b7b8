"""norm_bound(W_h, hs): the bound (gamma sigma_max)^k for the norms of the state Jacobians."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_10.state_jacobian_norms import trajectories
from vegrad_course.exercises.model import Exercise, Misconception


def cases(rng):
    expect = "Entry k is (gamma sigma_max)^k, gamma the largest slope of tanh at h_1 to h_T."
    yield from trajectories(rng, expect)


def judge(case, outputs):
    import torch

    hs, k = case["hs"], np.arange(len(case["hs"]))
    gamma = oracle.slope("tanh", np.arctanh(hs[1:])).max()
    sigma_max = float(torch.linalg.svdvals(torch.tensor(case["W_h"]))[0])
    return compare(outputs, (gamma * sigma_max) ** k, atol=1e-12)


def spectral_radius(W_h, hs):
    return ((1 - hs[1:] ** 2).max() * np.abs(np.linalg.eigvals(W_h)).max()) ** np.arange(len(hs))


def spectral_radius_without_slopes(W_h, hs):
    return (np.abs(np.linalg.eigvals(W_h)).max()) ** np.arange(len(hs))


def frobenius_norm(W_h, hs):
    return ((1 - hs[1:] ** 2).max() * np.linalg.norm(W_h)) ** np.arange(len(hs))


def smallest_singular_value(W_h, hs):
    return ((1 - hs[1:] ** 2).max() * np.linalg.svd(W_h)[1][-1]) ** np.arange(len(hs))


def largest_entry(W_h, hs):
    return ((1 - hs[1:] ** 2).max() * np.abs(W_h).max()) ** np.arange(len(hs))


def mean_slope(W_h, hs):
    return ((1 - hs[1:] ** 2).mean() * np.linalg.norm(W_h, 2)) ** np.arange(len(hs))


def smallest_slope(W_h, hs):
    return ((1 - hs[1:] ** 2).min() * np.linalg.norm(W_h, 2)) ** np.arange(len(hs))


def slope_at_the_largest_state(W_h, hs):
    return ((1 - hs[1:].max() ** 2) * np.linalg.norm(W_h, 2)) ** np.arange(len(hs))


def slope_one_everywhere(W_h, hs):
    return (np.linalg.norm(W_h, 2)) ** np.arange(len(hs))


def one_gamma_per_step(W_h, hs):
    gammas = (1 - hs[:0:-1] ** 2).max(axis=1)
    return np.cumprod(np.append(1.0, gammas * np.linalg.norm(W_h, 2)))


def one_gamma_per_step_from_the_start(W_h, hs):
    gammas = (1 - hs[1:] ** 2).max(axis=1)
    return np.cumprod(np.append(1.0, gammas * np.linalg.norm(W_h, 2)))


def start_counted_as_an_output(W_h, hs):
    return ((1 - hs**2).max() * np.linalg.norm(W_h, 2)) ** np.arange(len(hs))


def times_k(W_h, hs):
    return (1 - hs[1:] ** 2).max() * np.linalg.norm(W_h, 2) * np.arange(len(hs))


def slope_not_raised(W_h, hs):
    return (1 - hs[1:] ** 2).max() * np.linalg.norm(W_h, 2) ** np.arange(len(hs))


def one_step_too_many(W_h, hs):
    return ((1 - hs[1:] ** 2).max() * np.linalg.norm(W_h, 2)) ** np.arange(1, len(hs) + 1)


def last_one_only(W_h, hs):
    return ((1 - hs[1:] ** 2).max() * np.linalg.norm(W_h, 2)) ** (len(hs) - 1)


def by_a_loop(W_h, hs):
    factor = np.linalg.svd(W_h)[1][0] * max(1 - h**2 for state in hs[1:] for h in state)
    bounds = [1.0]
    while len(bounds) < len(hs):
        bounds.append(bounds[-1] * factor)
    return bounds


def by_eigenvalues_of_the_square(W_h, hs):
    sigma = np.sqrt(np.linalg.eigvalsh(W_h.T @ W_h)[-1])
    smallest = np.abs(hs[1:]).min()
    return np.power(sigma * (1 - smallest**2), np.arange(len(hs)))


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "One step multiplies a gradient by a slope and by W_h. How much can each of them stretch, "
        "at the very most?",
        "W_h stretches by at most its largest singular value, `np.linalg.norm(W_h, 2)`. tanh "
        "stretches by at most the largest of the slopes 1 - h**2. Which rows of `hs` came out of "
        "a tanh?",
        "`gamma = (1 - hs[1:]**2).max()`, then raise `gamma * sigma_max` to the powers "
        "`np.arange(len(hs))`.",
    ),
    misconceptions=(
        Misconception(
            spectral_radius,
            "You used the spectral radius, the largest eigenvalue. It is not a bound: this W_h can "
            "stretch a gradient by more in one step. The largest stretch of one step is the "
            "largest singular value, `np.linalg.norm(W_h, 2)`.",
        ),
        Misconception(
            spectral_radius_without_slopes,
            "You used the spectral radius of W_h, and no slopes. The largest stretch of one step "
            "is the largest singular value, `np.linalg.norm(W_h, 2)`, times the largest slope.",
        ),
        Misconception(
            frobenius_norm,
            "`np.linalg.norm(W_h)` without the 2 is the root of the sum of all squared entries. It "
            "bounds the stretch too, but loosely. The largest singular value is asked for.",
        ),
        Misconception(
            smallest_singular_value,
            "You took the smallest singular value. A bound from above needs the largest one.",
        ),
        Misconception(
            largest_entry,
            "You took the largest entry of W_h. A unit adds up many entries, so the stretch can be "
            "larger. The largest singular value is the exact maximum.",
        ),
        Misconception(
            mean_slope,
            "You took the mean slope. Some units have a larger one, and a bound must hold for "
            "them too: take the largest.",
        ),
        Misconception(
            smallest_slope,
            "You took the smallest slope, of the most saturated unit. A bound needs the largest.",
        ),
        Misconception(
            slope_at_the_largest_state,
            "You took the slope at the largest state. tanh is steepest where the state is nearest "
            "to 0: compute all slopes first, then take their maximum.",
        ),
        Misconception(
            slope_one_everywhere,
            "Your gamma is 1, the steepest that tanh can ever be. That bound holds for every "
            "sequence, and is looser than it must be for this one. Take the largest slope of the "
            "states that were given.",
        ),
        Misconception(
            one_gamma_per_step,
            "You took a gamma of its own for each step. That is a bound too, and a tighter one. "
            "Here one gamma is asked for, the largest slope of all steps: it gives a straight line "
            "in the figure.",
        ),
        Misconception(
            one_gamma_per_step_from_the_start,
            "You took a gamma of its own for each step, beginning with h_1; travelling back, the "
            "step to h_T comes first. But one gamma is asked for: the largest slope of all steps.",
        ),
        Misconception(
            start_counted_as_an_output,
            "Your gamma looks at h_0 as well. No tanh of this network made h_0: its slope takes no "
            "part in any step. Use h_1 to h_T.",
        ),
        Misconception(
            times_k,
            "You multiplied by k. Each step multiplies by the factor again: raise it to the power "
            "k.",
        ),
        Misconception(
            slope_not_raised,
            "Only sigma_max is raised to the power k. Every step passes through tanh as well: "
            "raise the product.",
        ),
        Misconception(
            one_step_too_many,
            "Your list begins with one step. Entry 0 is for no step at all, and is 1.",
        ),
        Misconception(
            last_one_only,
            "You return the bound for k = T alone. One entry for each k = 0..T is due.",
        ),
    ),
    alternatives=(by_a_loop, by_eigenvalues_of_the_square),
)
