"""cell_gradient(fs): d c_T / d c_0 of every cell, the gates held fixed."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Each cell alone: every step multiplies the gradient by the forget gate of that step."
    yield Case("five steps, three cells", {"fs": rng.uniform(0.2, 0.9, (5, 3))}, expect)
    yield Case("a single step", {"fs": rng.uniform(0.3, 0.8, (1, 2))}, expect)
    yield Case("a hundred gates that are nearly open", {"fs": near_one(rng, 100, 4)}, expect)
    yield Case("a hundred gates that are half open", {"fs": np.full((100, 2), 0.5)}, expect)
    mixed = rng.uniform(0.5, 1.0, (6, 3))
    mixed[:, 0], mixed[2, 1] = 1.0, 0.0
    yield Case(
        "one cell is never touched, and one is wiped once",
        {"fs": mixed},
        "Gates of 1 carry the gradient exactly. One gate of 0 stops it.",
    )


def near_one(rng, steps, cells):
    return rng.uniform(0.95, 0.999, (steps, cells))


def judge(case, outputs):
    """c_T = f_T (... f_1 c_0 + u ...) + u: autograd through the steps, contents and all."""

    import torch

    def last_cells(c):
        for f in torch.tensor(case["fs"]):
            c = f * c + 0.3
        return c.sum()

    return compare(outputs, oracle.gradient(last_cells, np.ones(case["fs"].shape[1])), atol=0)


def sums(fs):
    return np.sum(fs, axis=0)


def one_number_for_all_cells(fs):
    return np.prod(fs)


def along_the_cells(fs):
    return np.prod(fs, axis=1)


def mean_to_the_power(fs):
    return np.mean(fs, axis=0) ** len(fs)


def first_to_the_power(fs):
    return fs[0] ** len(fs)


def slopes_of_the_gates(fs):
    return np.prod(fs * (1 - fs), axis=0)


def gates_taken_twice(fs):
    s = 1 / (1 + np.exp(-fs))
    return np.prod(s, axis=0)


def misses_the_first_step(fs):
    return np.prod(fs[1:], axis=0)


def misses_the_last_step(fs):
    return np.prod(fs[:-1], axis=0)


def last_step_alone(fs):
    return fs[-1]


def every_step(fs):
    return np.cumprod(fs, axis=0)


def the_weakest_gate(fs):
    return np.min(fs, axis=0)


def logarithm(fs):
    return np.sum(np.log10(fs), axis=0)


def as_a_matrix(fs):
    return np.diag(np.prod(fs, axis=0))


def mean_of_the_cells(fs):
    return np.prod(fs.mean(axis=1))


def by_loop(fs):
    gradient = np.ones(fs.shape[1])
    for f in fs[::-1]:
        gradient = gradient * f
    return gradient


def by_logarithms(fs):
    with np.errstate(divide="ignore"):
        return np.exp(np.sum(np.log(fs), axis=0))


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    may_return_input=True,
    hints=(
        "Take one step: c' = f c + i g, with all gates fixed. What is d c' / d c?",
        "It is f. Each of the T steps gives one factor, and a chain of steps gives their product. "
        "No cell reads another cell, so each has a product of its own.",
        "Multiply along the first axis of `fs`, which is time: `np.prod` takes `axis`.",
    ),
    misconceptions=(
        Misconception(
            sums,
            "You added the gates. The steps stand one inside the other, so the chain rule "
            "multiplies.",
        ),
        Misconception(
            one_number_for_all_cells,
            "You multiplied all the gates of all cells into one number. Each cell has its own "
            "gates and its own product: multiply along time only.",
        ),
        Misconception(
            along_the_cells,
            "You multiplied along the cells. Time is the first axis: one product per cell.",
        ),
        Misconception(
            mean_to_the_power,
            "You took the mean gate to the power T. A product is governed by the mean of the "
            "logarithms, not by the mean (lesson 02): multiply the gates themselves.",
        ),
        Misconception(
            first_to_the_power,
            "You took the first gate to the power T. The gates change from step to step: multiply "
            "all of them.",
        ),
        Misconception(
            slopes_of_the_gates,
            "You multiplied the slopes f (1 - f). They would count if the gate moved with c. The "
            "gates are held fixed, so d c' / d c is the gate itself.",
        ),
        Misconception(
            gates_taken_twice,
            "You put `fs` through the sigmoid. They are gates already, between 0 and 1.",
        ),
        Misconception(
            misses_the_first_step,
            "The first step is missing: you have d c_T / d c_1.",
        ),
        Misconception(
            misses_the_last_step,
            "The last step is missing: you have d c_{T-1} / d c_0.",
        ),
        Misconception(
            last_step_alone,
            "You returned the gates of the last step. That is d c_T / d c_{T-1}; the steps before "
            "it multiply the gradient too.",
        ),
        Misconception(
            every_step,
            "You returned one row per step. Asked is the gradient over all T steps: the last row.",
        ),
        Misconception(
            the_weakest_gate,
            "You took the smallest gate, as if a chain were as strong as its weakest link. Every "
            "gate takes its share: multiply them.",
        ),
        Misconception(
            logarithm,
            "You returned log10 of the gradient. The gradient itself is asked for.",
        ),
        Misconception(
            as_a_matrix,
            "You returned the Jacobian of all cells. It is diagonal, so return its diagonal: one "
            "number per cell.",
        ),
        Misconception(
            mean_of_the_cells,
            "You averaged the cells first. Each has a gradient of its own: keep them apart.",
        ),
    ),
    alternatives=(by_loop, by_logarithms),
)
