"""forget_bias(T): the bias at which half of the gradient is left after T steps."""

import math

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception

HALF = math.log(0.5)


def cases(rng):
    expect = "With this bias, sigma(b) to the power T is one half."
    for T in (2, int(rng.integers(8, 15)), 100, 1000, 50_000):
        yield Case(f"{T} steps", {"T": T}, expect)
    yield Case("a single step", {"T": 1}, "One step that keeps a half: the gate itself is 0.5.")


def judge(case, outputs):
    return compare(outputs, halving_bias(case["T"]), rtol=1e-6, atol=1e-6)


def halving_bias(T):
    """By bisection on torch's logsigmoid: T log sigma(b) = log 1/2."""
    import torch

    low, high = -1.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        kept = torch.nn.functional.logsigmoid(torch.tensor(middle, dtype=torch.float64))
        low, high = (middle, high) if T * float(kept) < HALF else (low, middle)
    return middle


def the_gate_itself(T):
    return 0.5 ** (1 / T)


def logarithm_of_the_gate(T):
    return np.log(0.5 ** (1 / T))


def sign_reversed(T):
    f = 0.5 ** (1 / T)
    return np.log((1 - f) / f)


def half_at_each_step(T):
    return 0.0


def half_shared_out(T):
    f = 1 - 0.5 / T
    return np.log(f / (1 - f))


def keeps_one_over_e(T):
    return np.log(T - 1) if T > 1 else -np.inf


def large_t_only(T):
    return np.log(T / np.log(2))


def logarithm_of_t(T):
    return np.log(T)


def decades(T):
    f = 0.5 ** (1 / T)
    return np.log10(f / (1 - f))


def tanh_gate(T):
    return np.arctanh(0.5 ** (1 / T))


def odds_without_logarithm(T):
    f = 0.5 ** (1 / T)
    return f / (1 - f)


def half_over_t(T):
    f = 0.5 / T
    return np.log(f / (1 - f))


def half_to_the_t(T):
    f = 0.5**T
    with np.errstate(divide="ignore"):
        return np.log(f / (1 - f))


def squeezed_into_one(T):
    return -np.log(2.0 ** (1 / T) - 1)


def with_expm1(T):
    return -np.log(np.expm1(np.log(2) / T))


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Work backwards. Which gate f has f to the power T equal to one half? Then: which b makes "
        "sigma(b) this gate?",
        "f is the T-th root of one half: 0.5 ** (1 / T). The inverse of the sigmoid is the logit.",
        "From f = 1 / (1 + e^-b) it follows that e^b = f / (1 - f). So b = log(f / (1 - f)), with "
        "the natural logarithm.",
    ),
    misconceptions=(
        Misconception(
            the_gate_itself,
            "That is the gate f. The question is which bias makes a gate of this size: undo the "
            "sigmoid.",
        ),
        Misconception(
            logarithm_of_the_gate,
            "You took the logarithm of the gate. That undoes an exponential, not a sigmoid. The "
            "inverse of the sigmoid is log(f / (1 - f)).",
        ),
        Misconception(
            sign_reversed,
            "The sign is reversed: your bias shuts the gate. An open gate needs a positive bias, "
            "log(f / (1 - f)).",
        ),
        Misconception(
            half_at_each_step,
            "A bias of 0 keeps a half at *each* step. After T steps 0.5 to the power T is left.",
        ),
        Misconception(
            half_shared_out,
            "You shared the loss of one half out evenly, 0.5 / T to each step. The losses "
            "multiply: each gate must be the T-th root of one half. For large T the difference is "
            "a factor, not a detail.",
        ),
        Misconception(
            keeps_one_over_e,
            "You chose f = 1 - 1/T, a memory of about T steps. It keeps 1/e, about 0.37, and one "
            "half is asked for. As a rule for starting values it is good, all the same.",
        ),
        Misconception(
            large_t_only,
            "log(T / log 2) is the limit for large T. It is close at T = 100, and wrong for short "
            "sequences. The exact formula is as short: the logit of 0.5 ** (1 / T).",
        ),
        Misconception(
            logarithm_of_t,
            "log T has the right growth: ten times as many steps cost about 2.3 more bias. The "
            "exact value is the logit of the T-th root of one half.",
        ),
        Misconception(
            decades,
            "You used log10. The sigmoid is built on e, so its inverse needs the natural "
            "logarithm, `np.log`.",
        ),
        Misconception(
            tanh_gate,
            "You inverted tanh. Gates are sigmoids: their inverse is log(f / (1 - f)).",
        ),
        Misconception(
            odds_without_logarithm,
            "f / (1 - f) is e to the power b. Take its logarithm.",
        ),
        Misconception(
            half_over_t,
            "You gave each step 0.5 / T. That is nearly nothing, and T factors of it are less "
            "still. Each gate must be the T-th root of one half.",
        ),
        Misconception(
            half_to_the_t,
            "0.5 to the power T is what a half-open gate leaves after T steps. You need the other "
            "direction, the T-th root: 0.5 ** (1 / T).",
        ),
    ),
    alternatives=(squeezed_into_one, with_expm1),
)
