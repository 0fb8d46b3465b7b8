"""layer_norm(x, gamma, beta): each example normalised over its own units."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_07._norms import affine, as_tensors
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Before gamma and beta, every example has mean 0 and variance 1 over its units."
    yield _case(rng, "five examples, three units", (5, 3), 1e-5, expect)
    yield _case(rng, "as many examples as units, a large eps", (4, 4), 0.3, expect)
    yield _case(
        rng,
        "two sequences of five steps, four units",
        (2, 5, 4),
        1e-5,
        "Every step of every sequence is normalised by itself, over the last axis.",
    )
    yield _case(rng, "a single example", (1, 6), 0.01, "A batch of one is as good as any other.")
    constant = _case(
        rng, "an example whose units are all equal", (2, 3), 1e-5, "Its output is beta."
    )
    constant.inputs["x"][0] = 2.0
    yield constant


def _case(rng, name, shape, eps, expect):
    gamma, beta = affine(rng, shape[-1])
    x = rng.normal(0, 1, shape) * rng.uniform(1, 4, (*shape[:-1], 1)) + rng.normal(0, 3, shape)
    return Case(name, {"x": x, "gamma": gamma, "beta": beta, "eps": eps}, expect)


def judge(case, outputs):
    import torch

    x, gamma, beta = as_tensors(case["x"], case["gamma"], case["beta"])
    y = torch.nn.functional.layer_norm(x, x.shape[-1:], gamma, beta, case["eps"])
    return compare(outputs, y.numpy(), at=case["x"])


def over_the_batch(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def over_everything(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(), x.var()
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def over_axis_one(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def forgets_keepdims(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1), x.var(axis=-1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def unbiased_variance(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, ddof=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def forgets_eps(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var) + beta


def eps_outside_the_root(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta


def divides_by_the_variance(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (var + eps) + beta


def forgets_gamma_and_beta(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def forgets_the_mean(x, gamma, beta, eps=1e-5):
    return gamma * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + beta


def gamma_before_the_norm(x, gamma, beta, eps=1e-5):
    scaled = gamma * x + beta
    centred = scaled - scaled.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(scaled.var(axis=-1, keepdims=True) + eps)


def from_moments(x, gamma, beta, eps=1e-5):
    units = x.shape[-1]
    centred = x - x.sum(axis=-1, keepdims=True) / units
    spread = np.sqrt((centred**2).sum(axis=-1, keepdims=True) / units + eps)
    return centred * (gamma / spread) + beta


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "It is the formula of batch norm. Only the set of numbers that share a mean is another.",
        "Mean and variance run over the units of one example: `axis=-1`, the last axis, however "
        "many there are before it.",
        "`keepdims=True` keeps the axis with length 1, so that the means line up with the rows of "
        "x. There is no state, and no mode.",
    ),
    misconceptions=(
        Misconception(
            over_the_batch,
            "You normalised over the batch (axis 0). That is batch norm again. Layer norm looks at "
            "one example alone, over its units: axis=-1.",
        ),
        Misconception(
            over_axis_one,
            "You took axis 1. With sequences of shape (batch, steps, units) that is the time "
            "axis. The units are the last axis: axis=-1.",
        ),
        Misconception(
            over_everything,
            "You took one mean over the whole array, so the examples are mixed. Each needs its "
            "own: axis=-1, keepdims=True.",
        ),
        Misconception(
            forgets_keepdims,
            "Without keepdims=True the means are one number per example in a flat row, and numpy "
            "lines that row up with the columns. On a square array the mistake is silent.",
        ),
        Misconception(
            unbiased_variance,
            "You divided by one less than the number of units (ddof=1; torch.var and pandas do so "
            "by default). Layer norm uses the plain mean of the squares: x.var(axis=-1).",
        ),
        Misconception(
            forgets_eps,
            "eps is missing. An example whose units are all equal has variance 0, and 0 / 0 is "
            "NaN. Divide by np.sqrt(variance + eps).",
        ),
        Misconception(
            eps_outside_the_root,
            "eps stands outside the root. Add it to the variance, then take the root.",
            rtol=1e-7,
        ),
        Misconception(
            divides_by_the_variance,
            "You divided by the variance. Divide by its root, so that the spread becomes 1.",
        ),
        Misconception(
            forgets_gamma_and_beta,
            "gamma and beta never come in. Each unit has its own gamma and beta, shared by all "
            "examples: gamma * x_hat + beta.",
        ),
        Misconception(
            forgets_the_mean,
            "You divided by the root mean square without taking the mean out. That is RMS norm, "
            "which exists too. Layer norm subtracts the mean first.",
        ),
        Misconception(
            gamma_before_the_norm,
            "gamma and beta came first, and the normalisation took them out again. Normalise "
            "first, then scale and shift.",
        ),
    ),
    alternatives=(from_moments,),
)
