"""half_life(factor): after how many steps is half of a carried gradient left?"""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "After this many steps, factor to their power is one half."
    for name, factor in (
        ("a half each step", 0.5),
        ("a quarter each step", 0.25),
        ("a slow loss", float(rng.uniform(0.9, 0.99))),
        ("a thousandth each step", 0.999),
    ):
        yield Case(name, {"factor": factor}, expect)
    forever = "A factor of 1 or more never loses half: the answer is np.inf."
    yield Case("nothing is lost", {"factor": 1.0}, forever)
    yield Case("it grows", {"factor": float(rng.uniform(1.05, 1.5))}, forever)


def judge(case, outputs):
    factor = case["factor"]
    expected = _steps_to_a_half(factor) if factor < 1 else np.inf
    return compare(outputs, expected)


def _steps_to_a_half(factor):
    """Where factor^k crosses one half, by bisection."""
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if factor**middle > 0.5 else (low, middle)
    return (low + high) / 2


def wrong_sign(factor):
    return np.log(2) / np.log(factor) if factor < 1 else np.inf


def one_over_the_loss(factor):
    return 1 / (1 - factor) if factor < 1 else np.inf


def e_fold(factor):
    return -1 / np.log(factor) if factor < 1 else np.inf


def half_over_the_loss(factor):
    return 0.5 / (1 - factor) if factor < 1 else np.inf


def mixed_logarithms(factor):
    return np.log10(0.5) / np.log(factor) if factor < 1 else np.inf


def decade(factor):
    return -1 / np.log10(factor) if factor < 1 else np.inf


def half_over_the_factor(factor):
    return 0.5 / factor if factor < 1 else np.inf


def whole_steps(factor):
    return np.ceil(np.log(0.5) / np.log(factor) - 1e-9) if factor < 1 else np.inf


def growth_has_a_half_life_too(factor):
    return np.log(0.5) / np.log(factor) if factor != 1 else np.inf


def only_above_1(factor):
    if factor > 1:
        return np.inf
    return np.log(0.5) / np.log(factor)


def no_guard(factor):
    return np.log(0.5) / np.log(factor)


def doubling_time(factor):
    return abs(np.log(2) / np.log(factor)) if factor != 1 else np.inf


def zero_when_it_grows(factor):
    return np.log(0.5) / np.log(factor) if factor < 1 else 0.0


def nan_when_it_grows(factor):
    return np.log(0.5) / np.log(factor) if factor < 1 else np.nan


def by_log2(factor):
    return float("inf") if factor >= 1 else 1 / -np.log2(factor)


def by_decades(factor):
    return np.inf if factor >= 1 else np.log10(2) / abs(np.log10(factor))


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "After k steps, factor**k is left. For which k is that one half?",
        "Take the logarithm of both sides: k log(factor) = log(0.5). And can a factor of 1 or "
        "more ever lead to a half?",
        "`np.log(0.5) / np.log(factor)` if the factor is below 1, else `np.inf`.",
    ),
    misconceptions=(
        Misconception(
            wrong_sign,
            "Your number of steps is negative. The logarithm of a factor below 1 is negative, and "
            "so is that of one half: divide log(0.5), not log(2), and the signs cancel.",
        ),
        Misconception(
            one_over_the_loss,
            "1 / (1 - factor) is the time constant: after it, about 37% is left. A half is left "
            "earlier.",
        ),
        Misconception(
            e_fold,
            "After your number of steps 1/e is left, about 37%. One half needs log(0.5) on top.",
        ),
        Misconception(
            half_over_the_loss,
            "You subtract the same amount at each step. The loss is a share of what is left, so "
            "it gets smaller: use logarithms.",
        ),
        Misconception(
            mixed_logarithms,
            "You divided a log10 by a natural logarithm. Any base will do, but the same one above "
            "and below.",
        ),
        Misconception(
            decade,
            "After your number of steps one tenth is left. One half is asked for.",
        ),
        Misconception(
            half_over_the_factor,
            "You divided one half by the factor. The factor is *multiplied* k times: k stands in "
            "the exponent, and a logarithm brings it down.",
        ),
        Misconception(
            whole_steps,
            "You rounded up to whole steps. The half-life itself is asked for, and it may fall "
            "between two steps.",
        ),
        Misconception(
            no_guard,
            "You use the formula for every factor. At 1 it divides by log(1) = 0, and above 1 it "
            "gives a negative number of steps. Such a gradient never falls to a half: return "
            "`np.inf` where `factor >= 1`.",
        ),
        Misconception(
            only_above_1,
            "Your guard leaves out the factor 1: log(1) is 0, and log(0.5) / 0 is -inf. A factor "
            "of exactly 1 loses nothing, so the answer is `np.inf`: ask for `factor >= 1`.",
        ),
        Misconception(
            growth_has_a_half_life_too,
            "For a factor above 1 you return a negative number of steps. Such a gradient grows: it "
            "never falls to a half, so the answer is `np.inf`.",
        ),
        Misconception(
            doubling_time,
            "For a factor above 1 you return the time to double. It never falls to a half: "
            "`np.inf`.",
        ),
        Misconception(
            zero_when_it_grows,
            "For a factor of 1 or more you return 0 steps. Half is never reached, however long you "
            "wait: `np.inf`.",
        ),
        Misconception(
            nan_when_it_grows,
            "For a factor of 1 or more you return NaN. The question has an answer: half is never "
            "reached, so `np.inf`.",
        ),
    ),
    alternatives=(by_log2, by_decades),
)
