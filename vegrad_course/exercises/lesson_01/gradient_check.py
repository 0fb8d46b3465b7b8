"""gradient_check(f, x, eps): the gradient of f at x by central differences."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception

FUNCTIONS = {
    "sum of squares": lambda x: (x**2).sum(),
    "sum of cubes": lambda x: (x**3).sum(),
    "product": lambda x: x.prod(),
}


def cases(rng):
    expect = "Each entry is the change of f over a step to both sides of that one coordinate."
    x = rng.uniform(1, 2, 3)
    yield Case("sum of squares", {"f": "sum of squares", "x": x, "eps": 1e-5}, expect)
    yield Case("product of all", {"f": "product", "x": x + 0.5, "eps": 1e-4}, expect)
    yield Case(
        "sum of cubes, with a wide step",
        {"f": "sum of cubes", "x": rng.uniform(1, 2, 4), "eps": 0.1},
        "With the eps that was asked for, the error is eps squared, and no larger.",
    )


def collect(answer, case):
    return answer(FUNCTIONS[case["f"]], case["x"], case["eps"])


def judge(case, outputs):
    gradient = oracle.gradient(FUNCTIONS[case["f"]], case["x"])
    error = case["eps"] ** 2 if case["f"] == "sum of cubes" else 0.0
    return compare(outputs, gradient + error, at=case["x"], rtol=1e-6)


def forward_difference(f, x, eps):
    steps = eps * np.eye(len(x))
    return np.array([(f(x + step) - f(x)) / eps for step in steps])


def divides_by_eps(f, x, eps):
    steps = eps * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / eps for step in steps])


def tiny_eps(f, x, eps):
    steps = 1e-15 * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / 2e-15 for step in steps])


def own_eps(f, x, eps):
    steps = 1e-5 * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / 2e-5 for step in steps])


def one_number_for_all(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def missing_parentheses(f, x, eps):
    steps = eps * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / 2 * eps for step in steps])


def never_steps_back(f, x, eps):
    gradient, up, down = np.zeros_like(x), x.copy(), x.copy()
    for i in range(len(x)):
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


def steps_in_place(f, x, eps):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
        x[i] += eps
    return gradient


def moves_all_at_once(f, x, eps):
    return np.full(len(x), (f(x + eps) - f(x - eps)) / (2 * eps))


def one_coordinate_at_a_time(f, x, eps):
    gradient = np.zeros_like(x)
    for i in range(x.size):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "How much does f change when only one coordinate of x moves, a little to each side?",
        "For coordinate i: copy x, add eps to entry i, call f. Do the same with eps taken away. "
        "Both calls together are 2 * eps apart.",
        "`step = eps * np.eye(len(x))[i]` is a step along coordinate i. The entry is "
        "f(x + step) minus f(x - step), divided by their distance.",
    ),
    misconceptions=(
        Misconception(
            forward_difference,
            "You stepped to one side only. This forward difference has an error of the size of "
            "eps; stepping to both sides cancels it and leaves eps squared.",
        ),
        Misconception(
            divides_by_eps,
            "Your gradient is twice too large. The two points are 2 * eps apart, not eps.",
        ),
        Misconception(
            tiny_eps,
            "The step is so small that x + step is rounded back to x, or nearly. Rounding errors "
            "are then divided by a tiny number. Use the `eps` that was passed in.",
        ),
        Misconception(
            own_eps,
            "Your differences are right for a step of your own. The caller chooses `eps`: use it, "
            "or the experiment below cannot vary it.",
        ),
        Misconception(
            one_number_for_all,
            "`x + eps` moves all coordinates together, so you get one number for all of them. "
            "There is one partial derivative for each coordinate: move one, leave the others.",
        ),
        Misconception(
            missing_parentheses,
            "`/ 2 * eps` divides by 2 and then multiplies by eps. Write the distance of the two "
            "points in parentheses: `/ (2 * eps)`.",
        ),
        Misconception(
            never_steps_back,
            "Your copies keep the steps of the earlier coordinates: from the second one on, "
            "several coordinates have moved. Start from a fresh copy of x for each coordinate.",
        ),
        Misconception(
            steps_in_place,
            "You stepped in `x` itself and stepped back afterwards. Rounding keeps it from "
            "returning to exactly the same numbers, and the caller's array has changed. Step in a "
            "copy: `up = x.copy()`.",
        ),
        Misconception(
            moves_all_at_once,
            "All coordinates moved together, so every entry is the same sum. Move one coordinate "
            "and leave the others where they are.",
        ),
    ),
    alternatives=(one_coordinate_at_a_time,),
)
