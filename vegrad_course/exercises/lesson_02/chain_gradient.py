"""chain_gradient(ws, zs, df): the derivative of the last activation by the input."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_02._chains import chain, gradients, mixed
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Each layer, from the first to the last, gives one factor: its weight times its slope."
    yield Case("four sigmoid layers", chain(mixed(rng, 4), 0.7, "sigmoid"), expect)
    yield Case("six tanh layers", chain(mixed(rng, 6), -0.4, "tanh"), expect)
    yield Case("ReLU layers that explode", chain(rng.uniform(2, 3, 12), 0.5, "relu"), expect)
    negative = -rng.uniform(0.6, 1.8, 1)
    yield Case("a single layer, a negative weight", chain(negative, 0.9, "sigmoid"), expect)
    blocked = mixed(rng, 5)
    blocked[2] = 0.0
    yield Case(
        "one weight is exactly 0",
        chain(blocked, 0.7, "sigmoid"),
        "A layer with weight 0 lets nothing through, so the gradient is exactly 0.",
    )
    yield Case("thirty sigmoid layers", chain(mixed(rng, 30), 0.7, "sigmoid"), expect)


def judge(case, outputs):
    return compare(outputs, gradients(case)[0], atol=0)


def sum_for_product(ws, zs, df):
    return np.sum(ws * df(zs))


def forgets_the_weights(ws, zs, df):
    return np.prod(df(zs))


def forgets_the_slopes(ws, zs, df):
    return np.prod(ws)


def misses_the_first_layer(ws, zs, df):
    return np.prod(ws[1:] * df(zs[1:]))


def misses_the_last_layer(ws, zs, df):
    return np.prod(ws[:-1] * df(zs[:-1]))


def between_pre_activations(ws, zs, df):
    return np.prod(ws[1:] * df(zs[:-1]))


def always_sigmoid(ws, zs, df):
    s = 0.5 * (1 + np.tanh(0.5 * zs))
    return np.prod(ws * s * (1 - s))


def one_entry_per_layer(ws, zs, df):
    return np.cumprod(ws * df(zs))


def one_factor_per_layer(ws, zs, df):
    return ws * df(zs)


def last_factor_only(ws, zs, df):
    for w, z in zip(ws, zs, strict=True):
        gradient = w * df(z)
    return gradient


def starts_at_zero(ws, zs, df):
    gradient = 0.0
    for w, z in zip(ws, zs, strict=True):
        gradient *= w * df(z)
    return gradient


def loses_the_sign(ws, zs, df):
    return np.abs(np.prod(ws * df(zs)))


def weights_the_zs_again(ws, zs, df):
    return np.prod(ws * df(ws * zs))


def by_loop(ws, zs, df):
    gradient = 1.0
    for w, z in zip(ws, zs, strict=True):
        gradient *= w * df(z)
    return gradient


def two_products(ws, zs, df):
    return np.prod(ws) * np.prod(df(zs))


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "How much does a_l move when a_{l-1} moves a little? Find that for one layer first.",
        "One layer is a_l = f(w_l a_{l-1}). The chain rule gives two factors: the outer slope, "
        "taken at z_l, and the inner one, which is the weight.",
        "`df(zs)` gives all slopes at once. Multiply them by `ws`, entry by entry. Then multiply "
        "all the entries with each other: numpy has a function for it.",
    ),
    misconceptions=(
        Misconception(
            sum_for_product,
            "You added the factors of the layers. The layers stand in a row, one inside the "
            "other, so the chain rule multiplies them.",
        ),
        Misconception(
            forgets_the_weights,
            "Your product holds the slopes only. The inner derivative of f(w a) is w: each layer "
            "also gives its weight.",
        ),
        Misconception(
            forgets_the_slopes,
            "Your product holds the weights only. That is right for a chain without an activation. "
            "Each layer also gives the slope of f at its own z.",
        ),
        Misconception(
            misses_the_first_layer,
            "Layer 1 is missing from your product: you have d a_L / d a_1. The question goes one "
            "layer further back, to a_0.",
        ),
        Misconception(
            misses_the_last_layer,
            "The last layer is missing from your product: you have d a_{L-1} / d a_0. The output "
            "is a_L.",
        ),
        Misconception(
            between_pre_activations,
            "You paired each weight with the slope of the layer before it. This is d z_L / d z_1. "
            "From a_0 to a_L the weight w_l meets the slope at its own z_l.",
        ),
        Misconception(
            always_sigmoid,
            "You used the slope of the sigmoid, whatever the activation is. The slope to use comes "
            "in as `df`: call it.",
        ),
        Misconception(
            one_entry_per_layer,
            "You returned one number per layer. The gradient of one output by one input is a "
            "single number.",
        ),
        Misconception(
            one_factor_per_layer,
            "You returned the factors, one per layer. They are right, and what is left to do is to "
            "multiply them all with each other: `np.prod`.",
        ),
        Misconception(
            last_factor_only,
            "Only the factor of the last layer is left. Each step of your loop replaces the result "
            "of the one before. Write `*=` in place of `=`, and start from 1.",
        ),
        Misconception(
            starts_at_zero,
            "Your product is 0 because it starts at 0, and 0 times anything is 0. A sum starts at "
            "0; a product starts at 1.",
        ),
        Misconception(
            loses_the_sign,
            "You returned the size of the gradient. The gradient itself has a sign: negative means "
            "that the output falls when the input rises. Leave out the absolute value.",
        ),
        Misconception(
            weights_the_zs_again,
            "You took the slopes at `ws * zs`. The weights are in `zs` already: z_l = w_l a_{l-1} "
            "is where the slope is taken. Use `df(zs)`.",
        ),
    ),
    alternatives=(by_loop, two_products),
)
