"""log10_gradient(ws, zs, df): log10 of the gradient's size, where the product itself underflows."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_02._chains import chain, exact_log10, mixed
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "It is the decimal logarithm of the size of the gradient, whatever its sign."
    positive = rng.uniform(0.6, 1.8, 6)
    yield Case("six sigmoid layers", chain(positive, 0.7, "sigmoid"), expect)
    negative = -rng.uniform(0.6, 1.8, 5)
    yield Case("negative weights", chain(negative, 0.7, "tanh"), expect)
    yield Case(
        "2000 sigmoid layers",
        chain(mixed(rng, 2000), 0.7, "sigmoid"),
        "It is finite. The gradient is far smaller than any float64, but its logarithm is not.",
    )
    yield Case(
        "800 ReLU layers that explode",
        chain(rng.uniform(2.5, 3.5, 800), 1e-250, "relu"),
        "It is finite. The gradient is far larger than any float64, but its logarithm is not.",
    )
    blocked = mixed(rng, 5)
    blocked[2] = 0.0
    yield Case(
        "one weight is exactly 0",
        chain(blocked, 0.7, "sigmoid"),
        "The gradient is truly 0, so its logarithm is -inf. (A warning from numpy is fine here.)",
    )


def judge(case, outputs):
    return compare(outputs, exact_log10(case["ws"]) + exact_log10(_slopes(case)), atol=0)


def _slopes(case):
    return oracle.slope(case["df"], case["zs"])


def log_of_the_product(ws, zs, df):
    return np.log10(np.abs(np.prod(ws * df(zs))))


def natural_log(ws, zs, df):
    return np.sum(np.log(np.abs(ws * df(zs))))


def forgets_the_absolute_value(ws, zs, df):
    return np.sum(np.log10(ws * df(zs)))


def log_of_the_sum(ws, zs, df):
    return np.log10(np.abs(np.sum(ws * df(zs))))


def hides_the_zero(ws, zs, df):
    return np.sum(np.log10(np.abs(ws * df(zs)) + 1e-300))


def leaves_out_the_zeros(ws, zs, df):
    factors = np.abs(ws * df(zs))
    return np.sum(np.log10(factors[factors > 0]))


def mean_for_sum(ws, zs, df):
    return np.mean(np.log10(np.abs(ws * df(zs))))


def forgets_the_weights(ws, zs, df):
    return np.sum(np.log10(df(zs)))


def absolute_value_too_late(ws, zs, df):
    return np.abs(np.sum(np.log10(ws * df(zs))))


def weights_and_slopes_apart(ws, zs, df):
    return np.sum(np.log10(np.abs(ws))) + np.sum(np.log10(np.abs(df(zs))))


def from_natural_logs(ws, zs, df):
    return sum(np.log(abs(w * df(z))) for w, z in zip(ws, zs, strict=True)) / np.log(10)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "The product is too small for a float. Is there a way never to form it?",
        "The logarithm of a product is the sum of the logarithms. A factor may be negative, and "
        "the question is about the size only.",
        "Take each factor, weight times slope. Take its absolute value, then its `np.log10`. "
        "All that is left is to add these up.",
    ),
    misconceptions=(
        Misconception(
            log_of_the_product,
            "You multiplied first and took the logarithm afterwards. By then the product has "
            "become 0 or inf, and its logarithm cannot bring it back. Take the logarithm of each "
            "factor, and add.",
        ),
        Misconception(
            natural_log,
            "You used the natural logarithm. Your numbers are ln(10) = 2.30 times too large. Use "
            "`np.log10`: then -38 means 10 to the power -38.",
        ),
        Misconception(
            absolute_value_too_late,
            "Your absolute value stands outside the logarithm. There it does two kinds of harm: a "
            "negative factor has become NaN already, and a gradient that vanishes loses its minus "
            "sign. Take the absolute value of each factor, and then its logarithm.",
        ),
        Misconception(
            forgets_the_absolute_value,
            "A factor is negative where the weight is, and the logarithm of a negative number is "
            "NaN. The question is about size: take the absolute value first.",
        ),
        Misconception(
            log_of_the_sum,
            "You added the factors and then took the logarithm. It is the other way round: the "
            "logarithm of each, then the sum.",
        ),
        Misconception(
            hides_the_zero,
            "A small number was added to keep the logarithm finite. Now a gradient that is truly 0 "
            "looks like one that is merely small. Let a zero factor give -inf.",
            rtol=0.97,  # whatever the small number is, from 1e-8 to 1e-300
        ),
        Misconception(
            leaves_out_the_zeros,
            "You left out the factors that are 0, to keep the logarithm finite. But one factor of "
            "0 makes the whole gradient 0, however large the others are: let it give -inf.",
        ),
        Misconception(
            mean_for_sum,
            "You returned the mean. This is the rate per layer, useful and soon needed. The "
            "question here is the total.",
        ),
        Misconception(
            forgets_the_weights,
            "Your sum holds the slopes only. Each layer's factor is its weight times its slope.",
        ),
    ),
    alternatives=(weights_and_slopes_apart, from_natural_logs),
)
