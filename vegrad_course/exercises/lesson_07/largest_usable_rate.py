"""largest_usable_rate(rates, accuracies, goal): where does the range of learning rates end?"""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    rates = 0.01 * 2.0 ** np.arange(8)
    usual = np.array([[0.3, 0.4], [0.8, 0.7], [0.93, 0.91], [0.97, 0.95], [0.92, 0.96]])
    lost = np.full((3, 2), 0.1)
    yield _case("the usual picture", rates, [*usual, *lost], 0.9, "The fifth of eight rates.")
    split = [*usual, [0.99, 0.84], [0.95, 0.1], lost[0]]
    yield _case(
        "one seed does well, the other falls short",
        rates,
        split,
        0.9,
        "A rate is usable if every seed reaches the goal.",
    )
    gone = [*usual, *np.full((3, 2), np.nan)]
    yield _case("diverged runs are NaN", rates, gone, 0.9, "A run that is NaN reached nothing.")
    one_gone = [[0.7, 0.8, 0.8], [0.95, 0.96, 0.94], [0.9, np.nan, 0.9], [0.1, 0.1, 0.1]]
    yield _case(
        "one of three seeds diverged",
        rates[:4],
        one_gone,
        0.9,
        "One run of the third rate is NaN, which is a failure: the second rate is the largest.",
    )
    lucky = [*usual, *lost[:2], [0.94, 0.92]]
    yield _case(
        "one rate higher up works by luck",
        rates,
        lucky,
        0.9,
        "The largest rate that is usable, wherever it stands.",
    )
    equal = [*usual, [0.9, 0.92], *lost[:2]]
    yield _case("exactly the goal", rates, equal, 0.9, "Equal to the goal is good enough.")
    yield _case("no rate is usable", rates[:3], lost, 0.9, "0.0 if there is none.")
    order = rng.permutation(8)
    mixed = np.array([*usual, *lost])[order]
    yield _case("rates in any order", rates[order], mixed, 0.6, "Rates need not be sorted.")


def _case(name, rates, accuracies, goal, expect):
    inputs = {"rates": np.array(rates), "accuracies": np.array(accuracies), "goal": goal}
    return Case(name, inputs, expect)


def judge(case, outputs):
    best = 0.0
    for rate, runs in zip(case["rates"], case["accuracies"], strict=True):
        if min(float(run) if run == run else -1.0 for run in runs) >= case["goal"]:
            best = max(best, float(rate))
    return compare(outputs, best)


def any_seed_will_do(rates, accuracies, goal):
    usable = (accuracies >= goal).any(axis=1)
    return max(rates[usable], default=0.0)


def mean_over_seeds(rates, accuracies, goal):
    usable = accuracies.mean(axis=1) >= goal
    return max(rates[usable], default=0.0)


def best_rate(rates, accuracies, goal):
    return rates[np.nan_to_num(accuracies).min(axis=1).argmax()]


def smallest_usable(rates, accuracies, goal):
    return min(rates[(accuracies >= goal).all(axis=1)], default=0.0)


def its_position(rates, accuracies, goal):
    return np.flatnonzero((accuracies >= goal).all(axis=1)).max(initial=0)


def all_usable_rates(rates, accuracies, goal):
    return rates[(accuracies >= goal).all(axis=1)]


def last_in_the_list(rates, accuracies, goal):
    usable = rates[(accuracies >= goal).all(axis=1)]
    return usable[-1] if len(usable) else 0.0


def above_the_goal(rates, accuracies, goal):
    usable = (accuracies > goal).all(axis=1)
    return max(rates[usable], default=0.0)


def nan_counts_as_reached(rates, accuracies, goal):
    usable = ~(accuracies < goal).any(axis=1)
    return max(rates[usable], default=0.0)


def nan_is_skipped(rates, accuracies, goal):
    worst = np.where(np.isnan(accuracies), np.inf, accuracies).min(axis=1)
    usable = (worst >= goal) & ~np.isnan(accuracies).all(axis=1)
    return max(rates[usable], default=0.0)


def stops_at_the_gap(rates, accuracies, goal):
    best = 0.0
    for i in np.argsort(rates):
        if (accuracies[i] >= goal).all():
            best = rates[i]
        elif best:
            break
    return best


def raises_when_empty(rates, accuracies, goal):
    return rates[(accuracies >= goal).all(axis=1)].max()


def by_loop(rates, accuracies, goal):
    best = 0.0
    for rate, runs in zip(rates, accuracies, strict=True):
        if all(run >= goal for run in runs) and rate > best:
            best = rate
    return best


def by_minimum(rates, accuracies, goal):
    return float(np.where(np.nan_to_num(accuracies, nan=-1).min(axis=1) >= goal, rates, 0).max())


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    may_return_input=True,
    hints=(
        "First one truth value per rate: did all its runs reach the goal? Then the largest rate "
        "among those.",
        "`accuracies >= goal` compares every run at once. `.all(axis=1)` asks for all seeds of a "
        "rate. A comparison with NaN is False, which is what you want here.",
        "`rates[usable]` keeps the usable rates. If there may be none, `max(..., default=0.0)` "
        "knows what to return.",
    ),
    misconceptions=(
        Misconception(
            any_seed_will_do,
            "For you a rate is usable if one seed reaches the goal. One lucky start is not a "
            "range: all seeds must reach it.",
        ),
        Misconception(
            mean_over_seeds,
            "You averaged over the seeds. A very good run hides one that fell short: every seed "
            "must reach the goal by itself.",
        ),
        Misconception(
            nan_counts_as_reached,
            "You count runs that are NaN as good. Every comparison with NaN is False, so asking "
            "whether a run is *below* the goal lets it by. Ask whether it is at or above.",
        ),
        Misconception(
            nan_is_skipped,
            "nanmin skips diverged runs; NaN is a failure. Compare first: NaN >= goal is False.",
        ),
        Misconception(
            stops_at_the_gap,
            "You stopped at the first gap; look at all rates. A larger one may be usable again.",
        ),
        Misconception(
            best_rate,
            "You returned the rate with the best result. The question is how far up one can go: "
            "the largest rate that still reaches the goal.",
        ),
        Misconception(
            smallest_usable,
            "You returned the lower end of the range. The upper one is asked for.",
        ),
        Misconception(
            its_position,
            "You returned the position in the list. The rate itself is asked for.",
        ),
        Misconception(
            all_usable_rates,
            "You returned all usable rates. The largest of them is asked for, as one number, and "
            "0.0 if there is none.",
        ),
        Misconception(
            last_in_the_list,
            "You took the last usable rate in the list. The rates need not be sorted: take the "
            "largest.",
        ),
        Misconception(
            above_the_goal,
            "You ask for more than the goal. Equal to it is good enough: `>=`.",
        ),
        Misconception(
            raises_when_empty,
            "When no rate is usable there is no largest one, and numpy raises an error. Return "
            "0.0 then.",
        ),
    ),
    alternatives=(by_loop, by_minimum),
    equivalent={"1 -> -1": "An array of rates and seeds has two axes: the last is axis 1."},
)
