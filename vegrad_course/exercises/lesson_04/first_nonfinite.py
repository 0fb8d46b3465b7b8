"""first_nonfinite(log): the first step at which the loss or a gradient stops being a number."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_04._logs import ask
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "The first step whose loss is NaN or infinite, or whose log10 gradient is NaN or +inf."
    log = given(rng)
    log["loss"][7:], log["log10_signal"][7:] = np.nan, np.nan
    yield Case("everything is NaN from step 7 on", log, expect)
    log = given(rng)
    log["log10_signal"][4, 1:3], log["log10_signal"][5:], log["loss"][5:] = np.inf, np.nan, np.nan
    yield Case(
        "gradients of two layers are infinite one step before the loss fails",
        log,
        "Backpropagation of step 4 overflowed; the loss of step 4 was still finite. Step 4 is due.",
    )
    log = given(rng)
    log["log10_signal"][2:, :3] = -np.inf
    yield Case(
        "gradients that are exactly zero",
        log,
        "log10 of 0 is -inf. Zero is a number, so nothing here is non-finite: -1 is due.",
    )
    log = given(rng)
    log["loss"][9] = np.inf
    yield Case("the loss is infinite at step 9, once", log, "Infinite is not finite. Step 9.")
    yield Case("a healthy run", given(rng), "Where all is finite, -1 is due.")
    log = given(rng)
    log["loss"][:], log["log10_signal"][:] = np.nan, np.nan
    yield Case("nothing is a number, from the start", log, "Steps are counted from 0. Step 0.")
    log = given(rng)
    log["log10_signal"][6, -1] = np.nan
    yield Case(
        "the gradient of the last layer is NaN at step 6, once",
        log,
        "One layer, in one step, is enough. Step 6.",
    )
    log = given(rng)
    log["log10_signal"][5, 0] = np.nan
    yield Case("the gradient of the first layer is NaN, once", log, "Step 5.")
    log = given(rng)
    log["log10_signal"][2] = np.inf
    yield Case(
        "all gradients overflow once, the loss never shows it",
        log,
        "An optimizer that skips such a step keeps the loss finite. Step 2.",
    )
    log = given(rng)
    log["loss"][3] = log["loss"][8] = np.nan
    log["log10_signal"][10, 0] = np.nan
    yield Case("the loss fails at 3, and again at 8", log, "The first of them is due: step 3.")


def given(rng, steps=12, layers=4):
    loss = 2.3 * np.exp(-0.1 * np.arange(steps)) + 0.02 * rng.random(steps)
    return {"loss": loss, "log10_signal": rng.normal(-2, 0.3, (steps, layers))}


def judge(case, outputs):
    """Step by step, in plain Python."""
    for step, (loss, row) in enumerate(zip(case["loss"], case["log10_signal"], strict=True)):
        sizes = [abs(loss), *(np.nan if g != g else max(g, 0.0) for g in row)]
        if not all(size < float("inf") for size in sizes):
            return compare(outputs, step)
    return compare(outputs, -1)


def loss_only(log):
    bad = ~np.isfinite(log["loss"])
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def gradients_only(log):
    signal = log["log10_signal"]
    bad = (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def zero_is_not_finite(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) | ~np.isfinite(signal).all(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def nan_only(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = np.isnan(loss) | np.isnan(signal).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def infinity_only(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = np.isinf(loss) | np.isposinf(signal).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def compares_with_nan(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = (loss == np.nan) | (signal == np.inf).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def does_not_ask_whether_any(log):
    loss, signal = log["loss"], log["log10_signal"]
    return np.argmax(~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1))


def the_last_one(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    found = np.flatnonzero(bad)
    return found[-1] if len(found) else -1


def how_many(log):
    loss, signal = log["loss"], log["log10_signal"]
    return np.sum(~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1))


def all_layers_at_once(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).all(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def both_must_fail(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) & (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def first_layer_only(log):
    loss, signal = log["loss"], log["log10_signal"][:, 0]
    bad = ~np.isfinite(loss) | np.isnan(signal) | np.isposinf(signal)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else -1


def counts_from_one(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] + 1 if len(found) else -1


def last_good_step(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] - 1 if len(found) else -1


def length_if_none(log):
    loss, signal = log["loss"], log["log10_signal"]
    bad = ~np.isfinite(loss) | (np.isnan(signal) | np.isposinf(signal)).any(axis=1)
    found = np.flatnonzero(bad)
    return found[0] if len(found) else len(loss)


def first_loss_then_gradients(log):
    loss, signal = log["loss"], log["log10_signal"]
    if not np.isfinite(loss).all():
        return np.flatnonzero(~np.isfinite(loss))[0]
    found = np.flatnonzero((np.isnan(signal) | np.isposinf(signal)).any(axis=1))
    return found[0] if len(found) else -1


def by_loop(log):
    for step in range(len(log["loss"])):
        row = log["log10_signal"][step]
        if not np.isfinite(log["loss"][step]) or np.any(np.isnan(row) | (row == np.inf)):
            return step
    return -1


def by_the_largest(log):
    worst = np.maximum(log["log10_signal"].max(axis=1), 0) + np.abs(log["loss"])
    found = [step for step, size in enumerate(worst) if not size < np.inf]
    return min(found, default=-1)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=ask,
    hints=(
        "Two things can fail: the loss, and the gradient of any layer. Make one array of True and "
        "False for each, with one entry per step, and join them by `|`.",
        "`~np.isfinite(loss)` is right for the loss. For log10 gradients -inf is allowed (a "
        "gradient of zero), so ask `np.isnan(...) | np.isposinf(...)`, and `.any(axis=1)`.",
        "`np.flatnonzero(bad)` lists the steps that are bad. Return the first, or -1 if the list "
        "is empty.",
    ),
    misconceptions=(
        Misconception(
            zero_is_not_finite,
            "You counted -inf among the accidents. It is the log10 of a gradient that is exactly "
            "0. That is an illness of its own, but 0 is a number: ask for NaN and +inf only.",
        ),
        Misconception(
            both_must_fail,
            "You asked that loss and gradients fail together. Either is enough: `|` for `&`.",
        ),
        Misconception(
            loss_only,
            "You looked at the loss only. The gradients of a step are computed after its loss, so "
            "they can fail first. Look at both.",
        ),
        Misconception(
            all_layers_at_once,
            "You waited until *all* layers had failed. One layer is enough: `any`, not `all`.",
        ),
        Misconception(
            first_layer_only,
            "You looked at the first layer only. Any layer may fail: `.any(axis=1)`.",
        ),
        Misconception(
            gradients_only,
            "You looked at gradients only. Look at the loss as well: either may fail first.",
        ),
        Misconception(
            compares_with_nan,
            "You compared with `== np.nan`. NaN is not equal to anything, not even to itself, so "
            "this is never True. Use `np.isnan`.",
        ),
        Misconception(
            nan_only,
            "You looked for NaN only. Infinity is not finite either, and it often comes first: "
            "numbers overflow to inf, and inf - inf gives NaN.",
        ),
        Misconception(
            infinity_only,
            "You looked for infinity only. NaN is not finite either.",
        ),
        Misconception(
            length_if_none,
            "You returned the number of steps where nothing failed. -1 is asked for.",
        ),
        Misconception(
            counts_from_one,
            "You counted the steps from 1. They are counted from 0, like the rows of the arrays.",
        ),
        Misconception(
            last_good_step,
            "You returned the last good step. The first bad one comes right after it.",
        ),
        Misconception(
            the_last_one,
            "You searched from the end. The first step that fails is the one to look at: all that "
            "comes later may be its consequence.",
        ),
        Misconception(
            how_many,
            "You returned how many steps failed. Return which one was first.",
        ),
        Misconception(
            does_not_ask_whether_any,
            "You returned 0 for a run without an accident (as `np.argmax` does when there is no "
            "True). But 0 says that the very first step failed. Return -1.",
        ),
        Misconception(
            first_loss_then_gradients,
            "You asked the gradients only where the loss never fails. Gradients can fail first, "
            "since the step that they spoil shows in the loss one step later. Join both: `|`.",
        ),
    ),
    alternatives=(by_loop, by_the_largest),
    equivalent={
        "1 -> -1": "An array of two dimensions has the axes 0 and 1, and -1 means the last: 1.",
    },
)
