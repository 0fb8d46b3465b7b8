"""double(x): the practice exercise, worth no marks."""

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Every number comes back twice as large, in an array of the same shape."
    yield Case("positive numbers", {"x": rng.uniform(3, 9, 4)}, expect)
    yield Case("positive and negative numbers", {"x": rng.uniform(-9, 9, (2, 3))}, expect)


def judge(case, outputs):
    return compare(outputs, case["x"] + case["x"], at=case["x"])


def square(x):
    return x**2


def add_two(x):
    return x + 2


def without_a_loop(x):
    return x + x


exercise = Exercise(
    points=0,
    cases=cases,
    judge=judge,
    hints=(
        "What is `x` times two in Python?",
        "numpy multiplies every number of an array at once: no loop is needed.",
        "Write `return`, then `x`, then the multiplication sign, then the number.",
    ),
    misconceptions=(
        Misconception(
            square,
            "You squared `x`. Squaring and doubling agree only at 0 and 2: `x ** 2` is x times x. "
            "Multiply by 2 instead.",
        ),
        Misconception(
            add_two,
            "You added 2. Adding and doubling agree only at x = 2. Multiply by 2 instead.",
        ),
    ),
    alternatives=(without_a_loop,),
)
