"""dead_units(batches): which ReLU units are 0 on every example of all the data."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "A unit is dead if not one example of any batch gives it a value above 0."
    yield Case("three batches", {"batches": _layer(rng, (7, 7, 4), 6, dead=[1, 4])}, expect)
    late = _layer(rng, (5, 5, 5), 5, dead=[0, 3])
    late[2][4, 3] = 0.8
    yield Case(
        "a unit that wakes up on the very last example",
        {"batches": late},
        "Unit 3 is 0 for 14 examples and 0.8 for the last one: it is alive.",
    )
    early = _layer(rng, (5, 6, 5), 5, dead=[2, 4])
    early[0][0, 2] = 0.3
    yield Case(
        "a unit that is alive in the first batch only",
        {"batches": early},
        "Unit 2 has one value above 0, on the very first example: it is alive.",
    )
    resting = _layer(rng, (8, 2, 8), 4, dead=[3])
    resting[1][:, 1] = 0
    resting[0][1:, 1] = resting[2][1:, 1] = 0.9
    yield Case(
        "a unit that only rests for one small batch",
        {"batches": resting},
        "Unit 1 is 0 for both examples of the second batch, and speaks in the others: it is alive.",
    )
    faint = _layer(rng, (4, 4), 4, dead=[0, 2])
    faint[1][2, 2] = 1e-30
    yield Case(
        "a very small value is not 0",
        {"batches": faint},
        "At 1e-30 the slope of ReLU is 1, so the unit gets its gradient: it is alive.",
    )
    yield Case(
        "one live example in a thousand",
        {"batches": _once_in_a_thousand(rng)},
        "Unit 1 is 0 for 999 examples and 0.7 for one: it gets a gradient, so it is alive.",
    )
    yield Case("no unit is dead", {"batches": _layer(rng, (6, 6), 3, dead=[])}, expect)
    yield Case("one batch, as wide as it is long", {"batches": _layer(rng, (5,), 5, [3])}, expect)


def _layer(rng, sizes, units, dead):
    """Batches of ReLU outputs, half zeros; each living unit is both on and off in every batch."""
    batches = []
    for size in sizes:
        acts = rng.uniform(0.1, 2, (size, units)) * (rng.random((size, units)) < 0.5)
        for unit in range(units):
            on, off = rng.choice(size, 2, replace=False)
            acts[on, unit], acts[off, unit] = 1.5, 0.0
        acts[:, dead] = 0
        batches.append(acts)
    return batches


def _once_in_a_thousand(rng):
    """Unit 0 dead, 1 alive once; 2 and 3 alive in the first and in the last batch only."""
    batches = [np.zeros((size, 4)) for size in (350, 300, 350)]
    batches[1][int(rng.integers(300)), 1] = 0.7
    batches[0][:300, 2] = batches[2][:300, 3] = 1.1
    return batches


def judge(case, outputs):
    columns = zip(*(row for acts in case["batches"] for row in acts.tolist()), strict=True)
    return compare(outputs, [all(a == 0 for a in column) for column in columns])


def share_of_zeros(batches):
    return np.mean(np.concatenate(batches) == 0, axis=0)


def share_of_zeros_in_all(batches):
    return np.mean(np.concatenate(batches) == 0)


def any_zero(batches):
    return np.any(np.concatenate(batches) == 0, axis=0)


def mostly_zero(batches):
    return np.mean(np.concatenate(batches) == 0, axis=0) > 0.8


def nearly_always_zero(batches):
    return np.mean(np.concatenate(batches) == 0, axis=0) > 0.95


def last_batch_only(batches):
    return np.all(batches[-1] == 0, axis=0)


def first_batch_only(batches):
    return np.all(batches[0] == 0, axis=0)


def dead_in_some_batch(batches):
    return np.any([np.all(acts == 0, axis=0) for acts in batches], axis=0)


def examples_for_units(batches):
    return np.all(np.concatenate(batches) == 0, axis=1)


def the_living(batches):
    return np.any(np.concatenate(batches) > 0, axis=0)


def how_many(batches):
    return np.sum(np.all(np.concatenate(batches) == 0, axis=0))


def share_of_units(batches):
    return np.mean(np.all(np.concatenate(batches) == 0, axis=0))


def which_numbers(batches):
    return np.flatnonzero(np.all(np.concatenate(batches) == 0, axis=0))


def nearly_zero(batches):
    return np.all(np.concatenate(batches) < 1e-8, axis=0)


def one_mask_per_batch(batches):
    return np.array([np.all(acts == 0, axis=0) for acts in batches])


def by_sums(batches):
    return sum(acts.sum(axis=0) for acts in batches) == 0


def by_loop(batches):
    dead = [True] * batches[0].shape[1]
    for acts in batches:
        for row in acts:
            for unit, value in enumerate(row):
                dead[unit] = dead[unit] and value <= 0
    return dead


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Take one unit: one column. What must hold for all its values, in all batches?",
        "`np.concatenate(batches)` puts all examples under each other. The columns are the units.",
        "Compare with 0, and ask `np.all(..., axis=0)`: does it hold all the way down a column?",
    ),
    misconceptions=(
        Misconception(
            share_of_zeros,
            "You returned the share of zeros of each unit. A healthy ReLU unit is 0 for about half "
            "of the examples. Dead means 0 for all of them: answer True or False for each unit.",
        ),
        Misconception(
            share_of_zeros_in_all,
            "You returned the share of all values that are 0. That is about a half in a healthy "
            "layer too. Look at each unit by itself.",
        ),
        Misconception(
            any_zero,
            "You called a unit dead for a single zero. ReLU is 0 for about half of the examples; "
            "that is its job. Dead means 0 for every example.",
        ),
        Misconception(
            dead_in_some_batch,
            "You called a unit dead if it is silent in some batch. A batch is a small sample. It "
            "must be silent in all of them.",
        ),
        Misconception(
            mostly_zero,
            "You set a limit below 100%. A unit that speaks up for one example in a thousand "
            "still learns from that example. Dead means every single one.",
            rtol=1e-3,
        ),
        Misconception(
            nearly_always_zero,
            "You allow a few live examples. One is enough for a gradient: dead means 0 on every "
            "single one.",
        ),
        Misconception(
            last_batch_only,
            "You looked at the last batch only. A unit may be silent there and speak in another "
            "batch. In a loop: does each round throw away what the one before found?",
        ),
        Misconception(
            first_batch_only,
            "You looked at the first batch only. A unit may be silent there and speak in another.",
        ),
        Misconception(
            one_mask_per_batch,
            "You returned one row per batch. A unit is dead if it is silent in every batch: join "
            "the rows to one answer per unit.",
        ),
        Misconception(
            examples_for_units,
            "You asked each example (row) whether all units are 0. Ask each unit (column): axis 0 "
            "runs down the examples.",
        ),
        Misconception(
            the_living,
            "You marked the units that are alive. The dead ones are asked for.",
        ),
        Misconception(
            how_many,
            "You returned how many are dead. Return one True or False for each unit, so that one "
            "can see which.",
        ),
        Misconception(
            share_of_units,
            "You returned the share of dead units. Return one True or False for each unit, so that "
            "one can see which.",
        ),
        Misconception(
            which_numbers,
            "You returned the numbers of the dead units. Return one True or False for each unit.",
        ),
        Misconception(
            nearly_zero,
            "You counted a very small value as 0. For ReLU, the gradient passes wherever z > 0, "
            "however small: compare with 0 itself.",
        ),
    ),
    alternatives=(by_sums, by_loop),
)
