"""saturation(acts): for each tanh layer, the share of its outputs that lie on the flat part."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "One share per layer: outputs a with a slope 1 - a^2 under 0.05, on both sides."
    yield Case("three layers", given(rng, (1.0, 2.5, 4.0), (20, 20, 20)), expect)
    yield Case("layers of different width", given(rng, (3.0, 1.5), (7, 30)), expect)
    low = np.tanh(-np.abs(rng.normal(0, 3, (12, 9))))
    yield Case(
        "every unit on the low side",
        {"acts": [low]},
        "tanh is as flat near -1 as near +1.",
    )
    yield Case(
        "outputs between 0.95 and 0.974",
        {"acts": [rng.uniform(0.955, 0.97, (6, 5)), np.full((6, 3), 0.98)]},
        "At a = 0.96 the slope is 0.078: not flat yet. At a = 0.98 it is 0.04.",
    )
    mixed = np.full((10, 4), 0.1)
    mixed[:, 1], mixed[:4, 2] = -0.999, 0.999
    yield Case(
        "one unit is flat always, another at times",
        {"acts": [mixed]},
        "14 of 40 outputs are flat: count outputs, not units.",
    )


def given(rng, spreads, widths):
    pairs = zip(spreads, widths, strict=True)
    return {"acts": [np.tanh(rng.normal(0, s, (15, width))) for s, width in pairs]}


def judge(case, outputs):
    slopes = [oracle.slope("tanh", np.arctanh(a)) for a in case["acts"]]
    return compare(outputs, [(s < 0.05).sum() / s.size for s in slopes])


def one_number_for_all(acts):
    return np.mean(np.concatenate([a.ravel() for a in acts]) ** 2 > 0.95)


def mean_over_layers(acts):
    return np.mean([np.mean(a**2 > 0.95) for a in acts])


def values_above_95(acts):
    return [np.mean(np.abs(a) > 0.95) for a in acts]


def high_side_only(acts):
    return [np.mean((1 - a**2 < 0.05) & (a > 0)) for a in acts]


def tanh_of_tanh(acts):
    return [np.mean(1 - np.tanh(a) ** 2 < 0.05) for a in acts]


def as_if_sigmoid(acts):
    return [np.mean(a * (1 - a) < 0.05) for a in acts]


def mean_slopes(acts):
    return [np.mean(1 - a**2) for a in acts]


def the_steep_ones(acts):
    return [np.mean(1 - a**2 > 0.05) for a in acts]


def counts(acts):
    return [np.sum(1 - a**2 < 0.05) for a in acts]


def one_per_unit(acts):
    return np.mean(1 - acts[0] ** 2 < 0.05, axis=0)


def flat_always(acts):
    return [np.mean(np.all(1 - a**2 < 0.05, axis=0)) for a in acts]


def flat_at_some_time(acts):
    return [np.mean(np.any(1 - a**2 < 0.05, axis=0)) for a in acts]


def divides_by_examples(acts):
    return [np.sum(1 - a**2 < 0.05) / len(a) for a in acts]


def by_value(acts):
    return np.array([np.count_nonzero(np.abs(a) > np.sqrt(0.95)) / a.size for a in acts])


def by_loop(acts):
    shares = []
    for a in acts:
        flat = 0
        for value in a.ravel():
            flat += bool((1 - value) * (1 + value) < 0.05)
        shares.append(flat / a.size)
    return shares


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "Lesson 01: the slope of tanh can be told from its output. Which formula was it?",
        "For an output a the slope is 1 - a². Compare it with 0.05, for all outputs of a layer.",
        "The mean of True and False is the share of True. Do this for each layer: "
        "`[np.mean(...) for a in acts]`.",
    ),
    misconceptions=(
        Misconception(
            one_number_for_all,
            "You joined all layers to one number. One layer that is stuck stops the gradient for "
            "all layers before it, and an average hides it. Return one share per layer.",
        ),
        Misconception(
            mean_over_layers,
            "You averaged over the layers. The gradient must pass through *all* of them: one "
            "that is flat is enough to stop it, and a mean hides it. Return one share per layer.",
        ),
        Misconception(
            values_above_95,
            "You counted outputs beyond 0.95. There the slope is 1 - 0.95² = 0.0975, nearly twice "
            "the limit. The limit 0.05 is for the slope: 1 - a².",
        ),
        Misconception(
            high_side_only,
            "You counted the high side only. tanh is as flat near -1 as near +1.",
        ),
        Misconception(
            tanh_of_tanh,
            "You applied tanh once more. `acts` are outputs already: their slope is 1 - a².",
        ),
        Misconception(
            as_if_sigmoid,
            "a(1 - a) is the slope of the sigmoid. For tanh it is 1 - a².",
        ),
        Misconception(
            mean_slopes,
            "You returned mean slopes. A mean hides how many are flat: compare each with 0.05.",
        ),
        Misconception(
            the_steep_ones,
            "You returned the share that is not flat. The share below 0.05 is asked for.",
        ),
        Misconception(
            counts,
            "You returned counts. Divide by the number of outputs, so that layers of different "
            "width can be compared.",
        ),
        Misconception(
            one_per_unit,
            "You returned one share per unit. One per layer is asked for: all outputs together.",
        ),
        Misconception(
            flat_always,
            "You counted units that are flat for every example. Here each output counts: a unit "
            "that is flat for half of the examples loses half of its gradient.",
        ),
        Misconception(
            flat_at_some_time,
            "You called a unit flat for a single flat output. Count outputs, not units.",
        ),
        Misconception(
            divides_by_examples,
            "You divided by `len(a)`, the number of examples. Divide by the number of outputs, "
            "`a.size`, or let `np.mean` divide.",
        ),
    ),
    alternatives=(by_value, by_loop),
    equivalent={
        "1 - a ** 2 < 0.05 -> 1 - a ** 2 <= 0.05": "1 - a^2 is a multiple of 2^-53 for floats a "
        "near 1, and the float 0.05 is not: the two are never equal.",
    },
)
