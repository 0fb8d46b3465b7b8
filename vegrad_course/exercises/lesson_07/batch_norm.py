"""batch_norm(x, gamma, beta, state, training): over the batch, with running statistics."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_07._norms import affine, as_tensors
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import NotPlain, call


def cases(rng):
    train = (
        "y: each column is normalised with its own batch mean and biased variance. running_mean: "
        "(1 - momentum) · old + momentum · batch mean. running_var: the same, with the unbiased "
        "variance of the batch."
    )
    evaluate = "The running statistics normalise, and they stay as they are."
    yield _case(rng, "training, five examples", (5, 3), True, 0.1, 1e-5, train)
    yield _case(
        rng,
        "training, another momentum and a large eps",
        (2, 3),
        True,
        0.3,
        0.2,
        "The given momentum and eps are used.",
    )
    constant = _case(
        rng,
        "training, one column is constant",
        (4, 4),
        True,
        0.1,
        1e-5,
        "Where a unit is the same for all examples, the output is beta.",
    )
    constant.inputs["x"][:, 1] = 2.0
    yield constant
    yield _case(rng, "evaluation, five examples", (5, 3), False, 0.1, 1e-5, evaluate)
    yield _case(rng, "evaluation, a single example", (1, 3), False, 0.2, 0.1, evaluate)


def _case(rng, name, shape, training, momentum, eps, expect):
    gamma, beta = affine(rng, shape[1])
    state = rng.normal(0, 2, shape[1]), rng.uniform(0.5, 4, shape[1])
    inputs = {"x": rng.normal(3, 2, shape), "gamma": gamma, "beta": beta, "state": state}
    return Case(name, inputs | {"training": training, "momentum": momentum, "eps": eps}, expect)


def collect(answer, case):
    """The output, and the two arrays of the new state."""
    returned = call(answer, case)
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise NotPlain("Return two things, `y, state`, where `state` is again a pair.")
    y, state = returned
    if not isinstance(state, tuple | list | np.ndarray) or len(state) != 2:
        raise NotPlain("The new `state` must be a pair, `(running_mean, running_var)`.")
    return {"y": y, "running_mean": state[0], "running_var": state[1]}


def judge(case, outputs):
    import torch

    x, gamma, beta, mean, var = as_tensors(
        case["x"], case["gamma"], case["beta"], *case["state"]
    )  # torch changes mean and var in place
    y = torch.nn.functional.batch_norm(
        x, mean, var, gamma, beta, case["training"], case["momentum"], case["eps"]
    )
    expected = {"y": y, "running_mean": mean, "running_var": var}
    return first_problem(*(compare(outputs, v.numpy(), part=k) for k, v in expected.items()))


def forgets_eps(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var) + beta, state


def eps_outside_the_root(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, state


def divides_by_the_variance(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / (var + eps) + beta, state


def forgets_gamma_and_beta(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return (x - mean) / np.sqrt(var + eps), state


def unbiased_for_normalising(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def biased_in_the_state(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def one_mean_for_all_units(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(), x.var()
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def momentum_reversed(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            momentum * mean + (1 - momentum) * x.mean(axis=0),
            momentum * var + (1 - momentum) * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def never_updates(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def replaces_the_state(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = x.mean(axis=0), x.var(axis=0, ddof=1)
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def tracks_the_standard_deviation(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.std(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def adds_without_fading(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            mean + momentum * x.mean(axis=0),
            var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def batch_statistics_in_evaluation(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def updates_in_evaluation(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    state = (
        (1 - momentum) * mean + momentum * x.mean(axis=0),
        (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
    )
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def running_statistics_in_training(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        mean, var = state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def normalises_each_example(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def changes_the_given_state(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        mean *= 1 - momentum
        mean += momentum * x.mean(axis=0)
        var *= 1 - momentum
        var += momentum * x.var(axis=0, ddof=1)
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def over_rows_with_one_number_each(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=1),
            (1 - momentum) * var + momentum * x.var(axis=1, ddof=1),
        )
        mean, var = x.mean(axis=1), x.var(axis=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def over_rows_output_first(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = (x.mean(axis=1), x.var(axis=1)) if training else state
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    if training:
        state = (
            (1 - momentum) * state[0] + momentum * mean,
            (1 - momentum) * state[1] + momentum * x.var(axis=1, ddof=1),
        )
    return y, state


def over_rows_everywhere(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=1, keepdims=True),
            (1 - momentum) * var + momentum * x.var(axis=1, ddof=1, keepdims=True),
        )
        mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def one_mean_everywhere(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(),
            (1 - momentum) * var + momentum * x.var(ddof=1),
        )
        mean, var = x.mean(), x.var()
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def forgets_gamma(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return (x - mean) / np.sqrt(var + eps) + beta, state


def gamma_times_beta(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * ((x - mean) / np.sqrt(var + eps) + beta), state


def returns_the_variance_first(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if training:
        state = (
            (1 - momentum) * mean + momentum * x.mean(axis=0),
            (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        )
        mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, (state[::-1] if training else state)


def moves_in_evaluation_and_uses_it(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    state = (
        (1 - momentum) * mean + momentum * x.mean(axis=0),
        (1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
    )
    mean, var = (x.mean(axis=0), x.var(axis=0)) if training else state
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, state


def moves_by_the_difference(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    used = state
    if training:
        now = x.mean(axis=0), x.var(axis=0, ddof=1)
        state = [old + momentum * (new - old) for old, new in zip(state, now, strict=True)]
        used = x.mean(axis=0), ((x - x.mean(axis=0)) ** 2).mean(axis=0)
    return (x - used[0]) * (gamma / np.sqrt(used[1] + eps)) + beta, state


def by_hand(x, gamma, beta, state, training, momentum=0.1, eps=1e-5):
    mean, var = state
    if not training:
        return (x - mean) / (var + eps) ** 0.5 * gamma + beta, np.array(state)
    n = x.shape[0]
    now = x.sum(axis=0) / n
    squares = ((x - now) ** 2).sum(axis=0)
    new = mean + momentum * (now - mean), var + momentum * (squares / (n - 1) - var)
    return (x - now) / (squares / n + eps) ** 0.5 * gamma + beta, new


def _over_rows(wrong, where):
    return Misconception(
        wrong,
        f"You took mean and variance over each row, axis 1, {where}. Every unit needs its own, and "
        "the units are the columns: go down the columns, `axis=0`.",
    )


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=collect,
    may_return_input=True,
    hints=(
        "Two modes, two sources of mean and variance: the batch in training, the state in "
        "evaluation. Decide that first; the formula for y is the same for both.",
        "Over the batch means `axis=0`. `x.var(axis=0)` is the biased variance, for y. "
        "`x.var(axis=0, ddof=1)` is the unbiased one, for the running variance.",
        "In training: new = (1 - momentum) * old + momentum * batch, for the mean and for the "
        "variance. In evaluation return `state` as it came.",
    ),
    misconceptions=(
        Misconception(
            changes_the_given_state,
            "`mean *= ...` changes the caller's own array. Compute a new one: "
            "`mean = (1 - momentum) * mean + momentum * batch_mean`.",
        ),
        Misconception(
            forgets_eps,
            "eps is missing. Where a unit is the same for every example its variance is 0, and "
            "you divide 0 by 0. Divide by np.sqrt(variance + eps).",
        ),
        Misconception(
            eps_outside_the_root,
            "eps stands outside the root. Add it to the variance, then take the root: "
            "np.sqrt(variance + eps).",
            rtol=1e-7,
        ),
        Misconception(
            divides_by_the_variance,
            "You divided by the variance. That leaves a spread of 1/sigma, not of 1. Divide by its "
            "root.",
        ),
        Misconception(
            forgets_gamma_and_beta,
            "Your output is normalised, but gamma and beta never come in. Multiply each unit by "
            "its gamma, and add its beta.",
        ),
        Misconception(
            batch_statistics_in_evaluation,
            "In evaluation you still use the batch's own mean and variance. Then the answer for "
            "one example depends on who else is in the batch, and a single example always gives "
            "beta. Use the running mean and variance of `state`.",
        ),
        Misconception(
            updates_in_evaluation,
            "In evaluation your state moves. Test data must leave no trace in the model: return "
            "`state` as it came.",
        ),
        Misconception(
            running_statistics_in_training,
            "In training you normalise with the running statistics. They lag behind, and carry no "
            "gradient. Use the batch's own mean and variance; the running ones are for evaluation.",
        ),
        Misconception(
            unbiased_for_normalising,
            "You normalise with the unbiased variance (division by B - 1). Then the batch's spread "
            "is not 1. Normalise with the biased one, `x.var(axis=0)`. The unbiased one belongs in "
            "the running variance only.",
        ),
        Misconception(
            biased_in_the_state,
            "Your running variance takes in the biased variance of the batch (division by B). A "
            "small batch underestimates the spread of the data, so PyTorch stores the unbiased "
            "one: `x.var(axis=0, ddof=1)`.",
        ),
        Misconception(
            momentum_reversed,
            "Your momentum works the other way round. Here, as in PyTorch, momentum is the share "
            "of the **new** batch: (1 - momentum) * old + momentum * new.",
        ),
        Misconception(
            never_updates,
            "In training your state stays as it came. Move it towards the batch's statistics, or "
            "evaluation will use numbers that never saw the data.",
        ),
        Misconception(
            replaces_the_state,
            "Your new state is this batch alone. The old state must keep a share of "
            "1 - momentum: one batch is a noisy witness.",
        ),
        Misconception(
            adds_without_fading,
            "You add to the old state without fading it, so it grows for ever. The old value "
            "counts 1 - momentum.",
        ),
        Misconception(
            tracks_the_standard_deviation,
            "Your state averages standard deviations. It holds variances: average those, and take "
            "the root when you normalise.",
        ),
        Misconception(
            normalises_each_example,
            "You took mean and variance over each row, so each example is normalised over its own "
            "units. That is layer norm, which comes later. Batch norm goes down the columns: "
            "`axis=0`.",
        ),
        Misconception(
            one_mean_for_all_units,
            "You took one mean and one variance over the whole array. Every unit needs its own: "
            "`axis=0`.",
        ),
        Misconception(
            one_mean_everywhere,
            "You took one mean and one variance over the whole array, in y and in the state. Every "
            "unit needs its own: `axis=0`.",
        ),
        _over_rows(over_rows_with_one_number_each, "in the state and in y"),
        _over_rows(over_rows_output_first, "for y and for the state"),
        _over_rows(over_rows_everywhere, "with keepdims=True"),
        Misconception(
            forgets_gamma,
            "gamma never comes in. y = gamma * x_hat + beta: multiply each unit by its gamma.",
        ),
        Misconception(
            gamma_times_beta,
            "You multiply beta by gamma too. y = gamma * x_hat + beta: first scale, then shift.",
        ),
        Misconception(
            returns_the_variance_first,
            "Your new state holds the variance first. The order is (running_mean, running_var).",
        ),
        Misconception(
            moves_in_evaluation_and_uses_it,
            "In evaluation your state moves, and y uses the moved one. Test data must leave no "
            "trace: normalise with `state` as it came, and return it so.",
        ),
    ),
    alternatives=(moves_by_the_difference, by_hand),
)
