"""dead_fraction(acts): the share of ReLU units that are 0 on every example."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Count the units that are 0 on every example, and divide by the number of units."
    yield Case("two of eight units are dead", {"acts": layer(rng, 20, 8, [1, 5])}, expect)
    nearly = layer(rng, 15, 6, [0, 3])
    nearly[-1, 3] = 0.7
    yield Case(
        "a unit that wakes up for the very last example",
        {"acts": nearly},
        "Unit 3 is 0 for 14 examples and 0.7 for the last: it is alive. One unit of six is dead.",
    )
    faint = layer(rng, 12, 5, [2, 4])
    faint[6, 4] = 1e-20
    yield Case(
        "a very small value is not 0",
        {"acts": faint},
        "At 1e-20 the slope of ReLU is 1, so the unit still learns. One unit of five is dead.",
    )
    yield Case(
        "no unit is dead, and half of all values are 0",
        {"acts": layer(rng, 30, 7, [])},
        "A healthy ReLU unit is 0 for about half of the examples. The dead fraction is 0.",
    )
    yield Case("all units are dead", {"acts": np.zeros((9, 4))}, "The dead fraction is 1.")
    silent = layer(rng, 10, 4, [3])
    silent[[2, 7]] = 0
    yield Case(
        "two examples for which all units are silent",
        {"acts": silent},
        "Examples are rows, units are columns. One column of four is 0 all the way down.",
    )


def layer(rng, examples, units, dead):
    """ReLU outputs (examples, units), about half of them 0; every living unit speaks and rests."""
    acts = rng.uniform(0.1, 2, (examples, units)) * (rng.random((examples, units)) < 0.5)
    acts[0], acts[1] = 1.5, 0.0
    acts[-1] = 0.4
    acts[:, dead] = 0
    return acts


def judge(case, outputs):
    columns = list(zip(*case["acts"].tolist(), strict=True))
    return compare(outputs, sum(max(column) == 0 for column in columns) / len(columns))


def share_of_zeros(acts):
    return np.mean(acts == 0)


def units_with_a_zero(acts):
    return np.mean(np.any(acts == 0, axis=0))


def silent_examples(acts):
    return np.mean(np.all(acts == 0, axis=1))


def how_many(acts):
    return np.sum(np.all(acts == 0, axis=0))


def the_living(acts):
    return np.mean(np.any(acts > 0, axis=0))


def which_units(acts):
    return np.all(acts == 0, axis=0)


def divides_by_examples(acts):
    return np.sum(np.all(acts == 0, axis=0)) / len(acts)


def nearly_zero(acts):
    return np.mean(np.all(acts < 1e-6, axis=0))


def mostly_zero(acts):
    return np.mean(np.mean(acts == 0, axis=0) > 0.9)


def first_batch_only(acts):
    return np.mean(np.all(acts[:8] == 0, axis=0))


def mean_of_zero(acts):
    return np.mean(acts.mean(axis=0) == 0)


def by_loop(acts):
    dead = 0
    for unit in range(acts.shape[1]):
        dead += int(not any(value > 0 for value in acts[:, unit]))
    return dead / acts.shape[1]


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Take one unit: one column. When is it dead? What must hold for all its values?",
        "`acts == 0` is a table of True and False. `np.all(..., axis=0)` asks whether it is True "
        "all the way down each column.",
        "This gives one True or False per unit. The mean of True and False is the share of True.",
    ),
    misconceptions=(
        Misconception(
            share_of_zeros,
            "You returned the share of values that are 0. In a healthy ReLU layer that is about a "
            "half. Dead is a property of a unit: 0 on *every* example. Ask each column.",
        ),
        Misconception(
            units_with_a_zero,
            "You called a unit dead for a single 0. ReLU is 0 for about half of the examples; that "
            "is its job. Dead means 0 on every example: `np.all`.",
        ),
        Misconception(
            silent_examples,
            "You counted examples (rows) for which all units are 0. Count units: axis 0 runs down "
            "the examples.",
        ),
        Misconception(
            how_many,
            "You returned a count. A share is the count divided by the number of units, so that "
            "layers of different width can be compared.",
        ),
        Misconception(
            the_living,
            "You returned the share of units that are alive. The dead ones are asked for.",
        ),
        Misconception(
            which_units,
            "You returned one True or False per unit. That is nearly all of the work: their mean "
            "is the share.",
        ),
        Misconception(
            divides_by_examples,
            "You divided by `len(acts)`, the number of examples. Divide by the number of units, "
            "`acts.shape[1]`.",
        ),
        Misconception(
            mostly_zero,
            "You set a limit below 100%. A unit that speaks for one example in a thousand still "
            "learns from that example. Dead means every single one.",
        ),
        Misconception(
            nearly_zero,
            "You counted a very small value as 0. ReLU lets the gradient through wherever z > 0, "
            "however small: compare with 0 itself.",
        ),
        Misconception(
            first_batch_only,
            "You looked at the first examples only. A unit that is silent there may speak later: "
            "ask all the data.",
        ),
    ),
    alternatives=(by_loop, mean_of_zero),
)
