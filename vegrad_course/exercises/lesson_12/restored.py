"""restored(treated, twin): does a treated network learn like its healthy twin?"""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_12._patients import last
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "True if the end of `treated` is at most a fifth of the twin's way above its end."
    for good, bad in zip(_good(rng), _bad(rng), strict=True):
        names, runs = zip(good, bad, strict=True)
        treated, twins = ([run[key] for run in runs] for key in ("treated", "twin"))
        inputs = {"names": list(names), "treated": treated, "twins": twins}
        yield Case("; ".join(names), inputs, expect)


def _good(rng):
    """Runs that are restored, with their names."""
    yield "nearly as good as the twin", _pair(rng, 0.1)
    yield "better than the twin", _pair(rng, -0.2)
    yield "just enough", _pair(rng, 0.17)
    for name, where, what in (
        ("one hard batch at the end", -1, 5.0),
        ("one very hard batch near the end", -2, 500.0),
        ("NaN for one step long before the end", 5, np.nan),
    ):
        run = _pair(rng, 0.05)
        run["treated"][where] = what
        yield name, run
    yield "a treated run that jumps to and fro at the end", _restless(_pair(rng, 0.1), "treated")


def _bad(rng):
    """Runs that are not restored, with their names."""
    yield "half of the way", _pair(rng, 0.5)
    yield "no progress at all", _pair(rng, 1.0)
    yield "from 20,000 to a loss that stays bad", _pair(rng, 9.0, 2e4)
    yield "just not enough", _pair(rng, 0.23)
    easy, broken = _pair(rng, 0.8), _pair(rng, 0.05)
    easy["treated"][20], easy["treated"][-1] = 0.01, 0.01
    broken["treated"][-12:] = np.nan
    yield "easy batches on the way and at the end", easy
    yield "NaN at the end", broken
    yield "a twin that jumps to and fro at the end", _restless(_pair(rng, 0.4), "twin")


def _pair(rng, share, start=None):
    """Losses of a treated network and its twin; `share` of the twin's way is not covered."""
    steps, top, low = int(rng.integers(4, 9)) * 10, rng.uniform(2.2, 2.6), rng.uniform(0.3, 0.6)
    fall = np.minimum(1, np.arange(steps) / (0.8 * steps))
    twin = top - (top - low) * fall
    end, top = low + share * (top - low), start or top
    return {"treated": top - (top - end) * fall, "twin": twin}


def _restless(pair, jumps):
    """Fifty steps; one run jumps to and fro at the end. Its last five count, and no others."""
    pair = {key: np.concatenate([[run[0]] * 20, run[-30:]]) for key, run in pair.items()}
    low, high = pair[jumps][-1], pair["twin"][0]
    pair["twin"][1] = pair["twin"][-1]
    pair[jumps][-5:] = [low, low, high, high, low]
    return pair


def collect(answer, case):
    runs = zip(case["names"], case["treated"], case["twins"], strict=True)
    return {_part(name): answer(treated, twin) for name, treated, twin in runs}


def judge(case, outputs):
    runs = zip(case["names"], case["treated"], case["twins"], strict=True)
    return first_problem(
        *(compare(outputs, _due(run, twin), part=_part(name)) for name, run, twin in runs)
    )


def _part(name):
    return f"verdict (1 True, 0 False) on “{name}”"


def _due(treated, twin):
    end = last(treated)
    return bool((twin[0] - end) / (twin[0] - last(twin)) >= 0.8 and np.isfinite(end))


def last_step_only(treated, twin):
    return bool(treated[-1] <= twin[-1] + 0.2 * (twin[0] - twin[-1]))


def best_step(treated, twin):
    goal = np.median(twin[-(len(twin) // 10) :])
    return bool(np.nanmin(treated) <= goal + 0.2 * (twin[0] - goal))


def by_its_own_start(treated, twin):
    end, goal = (np.median(x[-(len(x) // 10) :]) for x in (treated, twin))
    return bool(treated[0] - end >= 0.8 * (twin[0] - goal))


def as_good_as_the_twin(treated, twin):
    end, goal = (np.median(x[-(len(x) // 10) :]) for x in (treated, twin))
    return bool(end <= goal)


def any_progress(treated, twin):
    return bool(np.median(treated[-(len(treated) // 10) :]) < 0.8 * treated[0])


def mean_of_the_end(treated, twin):
    end, goal = (np.mean(x[-(len(x) // 10) :]) for x in (treated, twin))
    return bool(end <= goal + 0.2 * (twin[0] - goal))


def nan_passes(treated, twin):
    end, goal = (np.median(x[-(len(x) // 10) :]) for x in (treated, twin))
    return not end > goal + 0.2 * (twin[0] - goal)


def share_of_the_way(treated, twin):
    end, goal = (np.median(x[-(len(x) // 10) :]) for x in (treated, twin))
    return bool((twin[0] - end) / (twin[0] - goal) >= 0.8)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Where does each run end? One batch is luck, so take a median.",
        "The twin's way goes from `twin[0]` to where the twin ends. How far above the twin's end "
        "may the treated network stop?",
        "Compare the end of `treated` with goal + 0.2 * (twin[0] - goal), where goal is the "
        "twin's end. Written with `<=`, NaN gives False by itself.",
    ),
    misconceptions=(
        Misconception(
            last_step_only,
            "You looked at the last step alone. One hard or easy batch decides then. Take the "
            "median of the last tenth of each run.",
        ),
        Misconception(
            best_step,
            "You took the best loss of the run. One easy batch, or a dip before a fall, is not a "
            "recovery. Look at where the run ends.",
        ),
        Misconception(
            as_good_as_the_twin,
            "You ask for as much as the twin, to the last digit. Two runs of the same network "
            "with other seeds differ by more than that. A fifth of the way is allowed.",
        ),
        Misconception(
            any_progress,
            "You count any fall of the loss as a recovery, without a look at the twin. Half of "
            "what a healthy network learns is not restored.",
        ),
        Misconception(
            by_its_own_start,
            "You measured the fall from the treated network's own start. From 20,000 everybody "
            "falls far. The way that counts is the twin's, from its start to its end.",
        ),
        Misconception(
            mean_of_the_end,
            "You took the mean of the end. One very hard batch of the last few then decides. "
            "Take the median.",
        ),
        Misconception(
            nan_passes,
            "You asked whether the end is too high, and NaN is never too high: every comparison "
            "with it is False. Ask whether the end is low enough.",
        ),
    ),
    alternatives=(share_of_the_way,),
    equivalent={
        "end <= goal + 0.2 * (twin[0] - goal) -> end < goal + 0.2 * (twin[0] - goal)": (
            "They differ at a tie only, which rounding decides."
        ),
    },
)
