"""log_facts(log): three numbers that a doctor reads off every log."""

from statistics import median

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_12._patients import ask, last
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import NotPlain


def cases(rng):
    expect = "gain from the first measured step, the median update, the share of loss that is gone."
    yield Case("a network of five layers", _log(rng, 5), expect)
    yield Case("a recurrent network: two columns", _log(rng, 2), expect)
    unseen = _log(rng, 4)
    unseen["update"][rng.integers(0, 6, 3), rng.integers(0, 4, 3)] = np.nan
    unseen["update"][0, 0], unseen["update"][1, 1] = -60.0, np.nan
    yield Case("updates that were not seen, and one of zero", unseen, expect)
    dip = _log(rng, 3)
    dip["loss"][20], dip["loss"][-1] = 0.01, 9.0
    yield Case("a lucky batch on the way, an unlucky one at the end", dip, expect)
    lost = _log(rng, 3)
    lost["loss"][-1] = np.inf
    yield Case("a loss that is lost at the end", lost, "A loss that is not finite: drop is -inf.")


def _log(rng, layers):
    steps = int(rng.integers(4, 9)) * 10 + 5
    loss = np.linspace(rng.uniform(2, 3), rng.uniform(0.2, 0.6), steps)
    return {
        "loss": loss + rng.uniform(0, 0.1, steps),
        "signal": rng.uniform(-6, 3, (6, layers)),
        "update": rng.uniform(-5, -1, (6, layers)),
        "silent": rng.uniform(0, 0.5, layers),
    }


def collect(answer, case):
    returned = ask(answer, case)
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        raise NotPlain("Return three numbers: `return gain, update, drop`.")
    return dict(zip(("gain", "update", "drop"), returned, strict=True))


def judge(case, outputs):
    first, tail = case["signal"][0], case["loss"][-(len(case["loss"]) // 10) :]
    seen = [u for u in case["update"].ravel().tolist() if u == u]
    lost = not all(np.isfinite(tail))
    expected = {
        "gain": first[0] - first[-1],
        "update": median(seen),
        "drop": -np.inf if lost else (case["loss"][0] - last(case["loss"])) / case["loss"][0],
    }
    return first_problem(*(compare(outputs, want, part=name) for name, want in expected.items()))


def forward_gain(log):
    signal, loss = log["signal"], log["loss"]
    tail = loss[-(len(loss) // 10) :]
    drop = 1 - np.median(tail) / loss[0] if np.isfinite(tail).all() else -np.inf
    return signal[0, -1] - signal[0, 0], np.nanmedian(log["update"]), drop


def gain_of_all_steps(log):
    signal, loss = log["signal"], log["loss"]
    tail = loss[-(len(loss) // 10) :]
    drop = 1 - np.median(tail) / loss[0] if np.isfinite(tail).all() else -np.inf
    return np.median(signal[:, 0] - signal[:, -1]), np.nanmedian(log["update"]), drop


def nan_in_the_median(log):
    signal, loss = log["signal"], log["loss"]
    tail = loss[-(len(loss) // 10) :]
    drop = 1 - np.median(tail) / loss[0] if np.isfinite(tail).all() else -np.inf
    return signal[0, 0] - signal[0, -1], np.median(log["update"]), drop


def mean_update(log):
    signal, loss = log["signal"], log["loss"]
    tail = loss[-(len(loss) // 10) :]
    drop = 1 - np.median(tail) / loss[0] if np.isfinite(tail).all() else -np.inf
    return signal[0, 0] - signal[0, -1], np.nanmean(log["update"]), drop


def last_loss_only(log):
    signal, loss = log["signal"], log["loss"]
    drop = 1 - loss[-1] / loss[0] if np.isfinite(loss[-1]) else -np.inf
    return signal[0, 0] - signal[0, -1], np.nanmedian(log["update"]), drop


def best_loss(log):
    signal, loss = log["signal"], log["loss"]
    drop = 1 - loss.min() / loss[0] if np.isfinite(loss).all() else -np.inf
    return signal[0, 0] - signal[0, -1], np.nanmedian(log["update"]), drop


def difference_of_losses(log):
    signal, loss = log["signal"], log["loss"]
    tail = loss[-(len(loss) // 10) :]
    drop = loss[0] - np.median(tail) if np.isfinite(tail).all() else -np.inf
    return signal[0, 0] - signal[0, -1], np.nanmedian(log["update"]), drop


def median_hides_the_loss(log):
    signal, loss = log["signal"], log["loss"]
    drop = 1 - np.median(loss[-(len(loss) // 10) :]) / loss[0]
    return signal[0, 0] - signal[0, -1], np.nanmedian(log["update"]), drop


def seen_only(log):
    seen = log["update"][~np.isnan(log["update"])]
    first, loss = log["signal"][0], log["loss"]
    tail = np.sort(loss[-(len(loss) // 10) :])
    drop = (loss[0] - np.median(tail)) / loss[0] if tail[-1] < np.inf else float("-inf")
    return np.array([first[0] - first[-1], np.median(seen), drop]).tolist()


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        'The first measured step is row 0 of `log["signal"]`. Its first entry belongs to the '
        "layer at the input, its last one to the layer at the output.",
        "`np.nanmedian` leaves NaN out. The last tenth of the losses is "
        "`loss[-(len(loss) // 10):]`.",
        "gain is signal[0, 0] minus signal[0, -1]. drop is 1 minus the median of the last tenth "
        "over the first loss, but -np.inf if any loss of the last tenth is not finite.",
    ),
    misconceptions=(
        Misconception(
            forward_gain,
            "Your gain has the wrong sign. The gradient travels from the last layer back to the "
            "first, so ask how much larger it is when it arrives: first minus last.",
        ),
        Misconception(
            gain_of_all_steps,
            "You took the gain over all measured steps. Training changes the weights, and wild "
            "steps change them most. The illness that a patient came with stands in row 0.",
        ),
        Misconception(
            nan_in_the_median,
            "One NaN makes your median NaN. NaN says that a number was not seen, so leave it out: "
            "np.nanmedian.",
        ),
        Misconception(
            mean_update,
            "You took the mean of the updates. One layer that did not move at all stands at -60 "
            "and drags the mean along. The typical layer is the median.",
        ),
        Misconception(
            last_loss_only,
            "You compared the last loss alone. One batch is luck: a hard one at the end makes a "
            "good run look bad. Take the median of the last tenth.",
        ),
        Misconception(
            best_loss,
            "You took the smallest loss of the run. A run can dip and come back up, or meet one "
            "easy batch. What counts is where it ends: the median of the last tenth.",
        ),
        Misconception(
            difference_of_losses,
            "You returned how much the loss fell, not which share of it. Runs that start at 2.3 "
            "and at 20,000 can only be compared as shares: divide by the first loss.",
        ),
        Misconception(
            median_hides_the_loss,
            "An infinite loss got past you: the median of the last tenth does not see a single "
            "one. A loss that is not finite has not fallen. Ask np.isfinite for all of the tail.",
        ),
    ),
    alternatives=(seen_only,),
)
