"""tanh_breaks_at: the first whole x at which a hand-written float32 tanh gives NaN."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    yield Case("the first NaN", {}, "One less still works, and this one gives NaN, in float32.")


def judge(case, outputs):
    x = np.arange(1, 1000, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        by_hand = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return compare(outputs, x[np.isnan(by_hand)].min(), rtol=0, atol=1e-9)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "NaN comes from infinity divided by infinity. When does exp(x) become infinity?",
        "The largest float32 is about 3.4e38. Its natural logarithm is the limit for x.",
        "Try it: make x a float32 array of whole numbers, and look for the first NaN with "
        "`np.isnan`.",
    ),
    misconceptions=(
        Misconception(
            710,
            "710 is where float64 breaks. The claim is tested in float32, the format in which "
            "networks are trained, and its largest number is far smaller.",
        ),
        Misconception(
            88,
            "At 88 exp(x) is about 1.7e38, which float32 still holds. You are one step away.",
        ),
        Misconception(
            88.72,
            "88.72 is the exact limit on paper. The question is the first whole number at which it "
            "has been passed.",
            name="not a whole number",
            rtol=1e-3,
        ),
        Misconception(
            45,
            "45 is where exp(2x) overflows. The formula on trial contains exp(x) and exp(-x).",
        ),
    ),
)
