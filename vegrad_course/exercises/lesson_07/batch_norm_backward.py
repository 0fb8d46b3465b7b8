"""batch_norm_backward(g, x, gamma): gradients reaching x, gamma and beta, in training."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_07._norms import affine, as_tensors
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import NotPlain, call

PARTS = ("dx", "dgamma", "dbeta")


def cases(rng):
    expect = (
        "dx counts all three ways in which x acts: directly, by the mean, by the variance. dgamma "
        "is the sum of g · x_hat over the batch, dbeta the sum of g."
    )
    yield _case(rng, "five examples, three units", (5, 3), 1e-5, expect)
    yield _case(rng, "two examples, a large eps", (2, 4), 0.5, "The given eps is used.")
    yield _case(rng, "as many examples as units", (4, 4), 0.1, expect)
    closed = _case(rng, "one gamma is 0", (6, 2), 1e-3, "Nothing passes a unit with gamma 0.")
    closed.inputs["gamma"][0] = 0.0
    yield closed


def _case(rng, name, shape, eps, expect):
    x, g = rng.normal(2, 1.5, shape), rng.normal(0, 1, shape)
    return Case(name, {"g": g, "x": x, "gamma": affine(rng, shape[1])[0], "eps": eps}, expect)


def collect(answer, case):
    returned = call(answer, case)
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        raise NotPlain("Return three arrays, `dx, dgamma, dbeta`.")
    return dict(zip(PARTS, returned, strict=True))


def judge(case, outputs):
    import torch

    x, gamma, g = as_tensors(case["x"], case["gamma"], case["g"])
    beta = torch.zeros_like(gamma)
    inputs = [part.requires_grad_() for part in (x, gamma, beta)]
    y = torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=case["eps"])
    expected = zip(PARTS, torch.autograd.grad(y, inputs, g), strict=True)
    return first_problem(*(compare(outputs, v.numpy(), part=name) for name, v in expected))


def mean_and_variance_as_constants(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    return gamma * g / s, (g * x_hat).sum(axis=0), g.sum(axis=0)


def variance_as_a_constant(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def mean_as_a_constant(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def sums_for_means(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.sum(axis=0) - x_hat * (g * x_hat).sum(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def forgets_gamma(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / s
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def forgets_the_spread(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def forgets_eps(g, x, gamma, eps=1e-5):
    s = x.std(axis=0)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def adds_the_corrections(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g + g.mean(axis=0) + x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def over_the_units(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    shift = g.mean(axis=1, keepdims=True)
    stretch = (g * x_hat).mean(axis=1, keepdims=True)
    dx = gamma / s * (g - shift - x_hat * stretch)
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def means_for_the_parameters(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).mean(axis=0), g.mean(axis=0)


def one_gradient_per_example(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, g * x_hat, g


def x_in_place_of_x_hat(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x).sum(axis=0), g.sum(axis=0)


def swaps_the_parameters(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, g.sum(axis=0), (g * x_hat).sum(axis=0)


def adds_the_stretch(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) + x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def forgets_the_factor_x_hat(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def divides_by_the_variance(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s**2 * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def unbiased_variance(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0, ddof=1) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def everything_over_rows(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=1) + eps)
    x_hat = (x - x.mean(axis=1)) / s
    dx = gamma / s * (g - g.mean(axis=1) - x_hat * (g * x_hat).mean(axis=1))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def corrections_over_rows(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (g - g.mean(axis=1) - x_hat * (g * x_hat).mean(axis=1))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def everything_over_kept_rows(g, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / s
    stretch = (g * x_hat).mean(axis=1, keepdims=True)
    dx = gamma / s * (g - g.mean(axis=1, keepdims=True) - x_hat * stretch)
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def step_by_step(g, x, gamma, eps=1e-5):
    n, centred = len(x), x - x.mean(axis=0)
    s = np.sqrt(x.var(axis=0) + eps)
    to_hat = g * gamma
    to_var = (to_hat * centred).sum(axis=0) * -0.5 / s**3
    to_mean = -(to_hat / s).sum(axis=0)
    dx = to_hat / s + to_var * 2 * centred / n + to_mean / n
    return dx, (g * centred / s).sum(axis=0), g.sum(axis=0)


def from_dgamma_and_dbeta(g, x, gamma, eps=1e-5):
    n, s = len(x), np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = np.einsum("bu,bu->u", g, x_hat), g.sum(axis=0)
    return [gamma / (n * s) * (n * g - dbeta - x_hat * dgamma), dgamma, dbeta]


def _known(wrong, name, message):
    return Misconception(wrong, message, name=name)


def _over_rows(wrong, what):
    return Misconception(
        wrong,
        f"You averaged over each row, axis 1{what}. Batch norm treats each unit by itself, over "
        "the batch: every mean and variance here goes down the columns, `axis=0`.",
    )


exercise = Exercise(
    points=5,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Write s = np.sqrt(x.var(axis=0) + eps) and x_hat = (x - x.mean(axis=0)) / s. The two "
        "parameters are the easy part: each of them acts on every example.",
        "dbeta is the sum of g over the batch, dgamma the sum of g * x_hat. For dx, take from g "
        "what the mean takes out (its batch mean) and what the variance takes out.",
        "dx = gamma / s * (g - mean(g) - x_hat * mean(g * x_hat)), both means over the batch.",
    ),
    misconceptions=(
        _known(
            mean_and_variance_as_constants,
            "mean_and_variance_as_constants",
            "You treated mean and variance as constants. They are made of x: nudge one example, "
            "and both move, for the whole batch. Your dx is right in evaluation mode. In training, "
            "take mean(g) and x_hat * mean(g * x_hat) out of g first.",
        ),
        _known(
            variance_as_a_constant,
            "variance_as_a_constant",
            "The part of x that goes through the variance is missing: - x_hat * mean(g * x_hat). "
            "If you wrote mean(g) * mean(x_hat): mean(x_hat) is 0. Average the product.",
        ),
        _known(
            mean_as_a_constant,
            "mean_as_a_constant",
            "You followed x through the variance, and not through the mean. Its part is missing: "
            "- mean(g).",
        ),
        _known(
            sums_for_means,
            "sums_for_means",
            "You subtract sums over the batch. One example moves the mean by only 1/B of its own "
            "nudge, so both corrections are means.",
        ),
        _known(
            adds_the_corrections,
            "adds_the_corrections",
            "The signs of the corrections are wrong. The normalisation subtracts the mean and "
            "divides by the spread: both take something away from g.",
        ),
        _known(
            adds_the_stretch,
            "adds_the_stretch",
            "The sign of the last correction is wrong. The normalisation takes the stretch out of "
            "g too: - x_hat * mean(g * x_hat).",
        ),
        _known(
            forgets_the_factor_x_hat,
            "forgets_the_factor_x_hat",
            "The factor x_hat is missing before mean(g * x_hat). An example far from the mean "
            "moves the spread more: - x_hat * mean(g * x_hat).",
        ),
        _known(
            divides_by_the_variance,
            "divides_by_the_variance",
            "You divide dx by the variance. The forward pass divides by s, its root, and so does "
            "the way back, once.",
        ),
        _known(
            unbiased_variance,
            "unbiased_variance",
            "You used the unbiased variance (ddof=1). The forward pass normalises with the biased "
            "one, `x.var(axis=0)`, and so does the way back.",
        ),
        _over_rows(everything_over_rows, ""),
        _over_rows(corrections_over_rows, ", in the two corrections"),
        _over_rows(everything_over_kept_rows, ", with keepdims=True"),
        _known(
            over_the_units,
            "over_the_units",
            "Your means run over the units (axis 1). Each unit was normalised over the batch, so "
            "each correction is a mean over the batch: axis=0.",
        ),
        _known(
            forgets_gamma,
            "forgets_gamma",
            "gamma is missing in dx. y = gamma * x_hat + beta: the gradient that reaches x_hat is "
            "g * gamma.",
        ),
        _known(
            forgets_the_spread,
            "forgets_the_spread",
            "The division by the spread is missing in dx. x_hat = (x - mean) / s, so going back "
            "you divide by s = np.sqrt(variance + eps) once more.",
        ),
        _known(
            forgets_eps,
            "forgets_eps",
            "eps is missing in dx. The spread that the forward pass divided by is "
            "np.sqrt(variance + eps), in x_hat as well.",
        ),
        _known(
            means_for_the_parameters,
            "means_for_the_parameters",
            "You averaged dgamma and dbeta over the batch. g holds one gradient per example, and "
            "the parameter acts on all of them: sum.",
        ),
        _known(
            one_gradient_per_example,
            "one_gradient_per_example",
            "Your dgamma and dbeta have one row per example. There is one gamma and one beta per "
            "unit, shared by the batch: sum over axis 0.",
        ),
        _known(
            x_in_place_of_x_hat,
            "x_in_place_of_x_hat",
            "Your dgamma uses x. gamma multiplies the normalised x_hat: sum g * x_hat.",
        ),
        _known(
            swaps_the_parameters,
            "swaps_the_parameters",
            "dgamma and dbeta have changed places. The order is dx, dgamma, dbeta; beta is only "
            "added, so its gradient is the plain sum of g.",
        ),
    ),
    alternatives=(step_by_step, from_dgamma_and_dbeta),
)
