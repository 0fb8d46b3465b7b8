"""half_dead_bias: the bias at which half of the ReLU units are dead on 1000 examples."""

from statistics import NormalDist

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

EXAMPLES, BATCH = 1000, 32


def half_dead(examples):
    """A unit is dead if all its z = w·x + b stay below 0: a chance of Phi(-b)^examples."""
    return -NormalDist().inv_cdf(0.5 ** (1 / examples))


def cases(rng):
    yield Case(
        "1000 examples, z = w·x + b with Var(w·x) = 1",
        {},
        "There, one unit in two has no example at all that lifts its z above 0.",
    )


def judge(case, outputs):
    return compare(outputs, half_dead(EXAMPLES), rtol=0.04)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Look at the curve of the units that are dead on all the data. Where does it cross 50%?",
        "It lies far to the left of the bias at which half of the values are 0.",
        "Move the slider until the title of the figure is as close to 50% as it gets. Two digits "
        "do. Mind the sign.",
    ),
    misconceptions=(
        Misconception(
            0.0,
            "At bias 0 half of the values are 0: each unit is off for one example in two. But no "
            "unit is off for all of them. Look at the curve of dead units.",
            name="half of the values",
        ),
        Misconception(
            half_dead(BATCH),
            "At this bias half of the units are silent on a batch of 32. On all 1000 examples most "
            "of them speak up somewhere. Look at the other curve.",
            name="half on the batch",
            rtol=0.05,
        ),
        Misconception(
            -half_dead(EXAMPLES),
            "The size is right, the sign is not. A positive bias lifts z, and switches units on. "
            "It takes a negative one to silence them.",
            name="sign of the bias",
            rtol=0.04,
        ),
        Misconception(
            -3.0,
            "Close. At -3 about a quarter of the units are dead: 0.99865 to the power of 1000 is "
            "0.26. Go a little further to the left, and give two digits.",
            name="a quarter of the units",
            rtol=0.02,
        ),
        Misconception(
            -1.0,
            "At -1 the values are 0 for 84% of the examples, and yet no unit is dead. Read the "
            "curve of the dead units, at the height of 50%.",
            name="mostly zero",
            rtol=0.1,
        ),
        Misconception(
            -4.5,
            "Too far: there nearly all units are dead. Read the curve at the height of 50%.",
            name="nearly all dead",
            rtol=0.1,
        ),
    ),
    alternatives=(-3.2, -3.15, -3.3),
)
