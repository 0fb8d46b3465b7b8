"""restored(treated, twin): does a treated network learn like its healthy twin?"""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_12._patients import last
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "True if the end of `treated` is at most a fifth of the twin's way above its end."
    for name, share, start in (
        ("nearly as good as the twin", 0.1, None),
        ("half of the way", 0.5, None),
        ("no progress at all", 1.0, None),
        ("better than the twin", -0.2, None),
        ("falls from 20,000 and stays bad", 9.0, 2e4),
        ("just enough", 0.17, None),
        ("just not enough", 0.23, None),
    ):
        yield Case(name, _pair(rng, share, start), expect)
    for name, where, what in (
        ("recovered, with one hard batch at the end", -1, 5.0),
        ("recovered, with one very hard batch near the end", -2, 500.0),
        ("recovered, and lost for one step long before", 5, np.nan),
    ):
        case = _pair(rng, 0.05, None)
        case["treated"][where] = what
        yield Case(name, case, expect)
    easy = _pair(rng, 0.8, None)
    easy["treated"][20], easy["treated"][-1] = 0.01, 0.01
    yield Case("not recovered, with easy batches", easy, expect)
    yield from _restless(rng, expect)
    broken = _pair(rng, 0.05, None)
    broken["treated"][-12:] = np.nan
    yield Case("NaN at the end", broken, "A loss that is NaN is not restored.")


def _pair(rng, share, start):
    """Losses of a treated network and its twin; `share` of the twin's way is not covered."""
    steps, top, low = int(rng.integers(4, 9)) * 10, rng.uniform(2.2, 2.6), rng.uniform(0.3, 0.6)
    fall = np.minimum(1, np.arange(steps) / (0.8 * steps))
    twin = top - (top - low) * fall
    end, top = low + share * (top - low), start or top
    treated = top - (top - end) * fall
    return {"treated": treated, "twin": twin}


def _restless(rng, expect):
    """Runs of 50 steps that jump to and fro at the end: all of the last five count, no others."""
    for run, share in (("treated", 0.1), ("twin", 0.4)):
        case = _pair(rng, share, None)
        case = {
            key: np.concatenate([[losses[0]] * 20, losses[-30:]]) for key, losses in case.items()
        }
        case["twin"][1] = case["twin"][-1]
        high = case["twin"][0]
        case[run][-5:] = [case[run][-1], case[run][-1], high, high, case[run][-1]]
        yield Case(f"the {run} run jumps to and fro at the end", case, expect)


def judge(case, outputs):
    twin, end = case["twin"], last(case["treated"])
    good = (twin[0] - end) / (twin[0] - last(twin)) >= 0.8
    return compare(outputs, bool(good and np.isfinite(end)))


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
