"""set_forget_bias(b_ih, b_hh, b): give the forget gates of a torch LSTM the bias b."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception, Outputs, failed
from vegrad_course.exercises.plain import pair


def cases(rng):
    expect = (
        "For each forget gate the two biases add up to b. The sums of all other gates are as "
        "they were."
    )
    yield Case("four cells, bias 1", question(rng, 4, 1.0), expect)
    yield Case("one cell, bias 5", question(rng, 1, 5.0), expect)
    yield Case("six cells, a negative bias", question(rng, 6, -2.0), expect)
    yield Case("three cells, bias 0", question(rng, 3, 0.0), expect)


def question(rng, cells, b):
    return {"b_ih": rng.normal(size=4 * cells), "b_hh": rng.normal(size=4 * cells), "b": b}


def judge(case, outputs):
    for name in ("b_ih", "b_hh"):
        if outputs[name].shape != case[name].shape:
            came, due = outputs[name].shape, case[name].shape
            return failed("shape", f"your {name} has shape {came}; the shape must be {due}.")
    total = Outputs({"b_ih + b_hh": outputs["b_ih"] + outputs["b_hh"]})
    return compare(total, wanted(case), part="b_ih + b_hh")


def wanted(case):
    """i, f, g, o: only the second quarter of the sum changes."""
    i, _, g, o = np.split(case["b_ih"] + case["b_hh"], 4)
    return np.concatenate([i, np.full(len(i), case["b"]), g, o])


def both_get_b(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H] = b_hh[H : 2 * H] = b
    return b_ih, b_hh


def only_one_is_set(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H] = b
    return b_ih, b_hh


def only_the_other_is_set(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_hh[H : 2 * H] = b
    return b_ih, b_hh


def first_quarter(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[:H], b_hh[:H] = b, 0.0
    return b_ih, b_hh


def third_quarter(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[2 * H : 3 * H], b_hh[2 * H : 3 * H] = b, 0.0
    return b_ih, b_hh


def last_quarter(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[3 * H :], b_hh[3 * H :] = b, 0.0
    return b_ih, b_hh


def all_gates(b_ih, b_hh, b):
    return np.full(len(b_ih), b), np.zeros(len(b_hh))


def all_else_zero(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih, b_hh = 0 * b_ih, 0 * b_hh
    b_ih[H : 2 * H] = b
    return b_ih, b_hh


def adds_b(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H] += b
    return b_ih, b_hh


def clears_the_whole_second_bias(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H] = b
    return b_ih, 0 * b_hh


def one_cell_only(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H], b_hh[H] = b, 0.0
    return b_ih, b_hh


def half_each(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H] = b_hh[H : 2 * H] = b / 2
    return b_ih, b_hh


def the_other_way_round(b_ih, b_hh, b):
    b_ih, b_hh, H = b_ih.copy(), b_hh.copy(), len(b_ih) // 4
    b_ih[H : 2 * H], b_hh[H : 2 * H] = 0.0, b
    return b_ih, b_hh


def what_is_missing(b_ih, b_hh, b):
    rows = np.split(b_ih, 4)
    rows[1] = b - np.split(b_hh, 4)[1]
    return np.concatenate(rows), b_hh


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=pair("b_ih", "b_hh"),
    may_return_input=True,
    hints=(
        "Two things to know: which rows belong to the forget gate, and that both biases are added.",
        "With H = len(b_ih) // 4 the forget gate has the rows H to 2H, the second quarter.",
        "Copy both arrays. In that quarter write b into one copy and 0 into the other.",
    ),
    misconceptions=(
        Misconception(
            both_get_b,
            "You wrote b into both biases. They add up, so the gate got 2b. Write 0 into one of "
            "them.",
        ),
        Misconception(
            only_one_is_set,
            "You set b_ih, and b_hh still holds its random start. The gate gets b plus that. Write "
            "0 into the forget quarter of b_hh.",
        ),
        Misconception(
            only_the_other_is_set,
            "You set b_hh, and b_ih still holds its random start. The gate gets b plus that. Write "
            "0 into the forget quarter of b_ih.",
        ),
        Misconception(
            first_quarter,
            "You set the first quarter. That is the *input* gate. torch stacks i, f, g, o: the "
            "forget gate is second.",
        ),
        Misconception(
            third_quarter,
            "You set the third quarter. That is the candidate g. torch stacks i, f, g, o: the "
            "forget gate is second.",
        ),
        Misconception(
            last_quarter,
            "You set the last quarter. That is the output gate. torch stacks i, f, g, o: the "
            "forget gate is second.",
        ),
        Misconception(
            all_gates,
            "You gave b to all four gates. Only the forget gate should change: rows H to 2H.",
        ),
        Misconception(
            all_else_zero,
            "The forget gate is right, but you cleared all other biases. Copy the arrays and "
            "change one quarter.",
        ),
        Misconception(
            adds_b,
            "You added b to what was there. Set it: the two biases of the forget gate must add up "
            "to b itself.",
        ),
        Misconception(
            clears_the_whole_second_bias,
            "You cleared all of b_hh. Its other three quarters belong to other gates: change the "
            "forget quarter only.",
        ),
        Misconception(
            one_cell_only,
            "You set one cell only. The forget gate has one row for each cell: H to 2H.",
        ),
    ),
    alternatives=(half_each, the_other_way_round, what_is_missing),
    equivalent={
        "2 -> -2": "Counted from the end, the forget quarter ends at -2H: the same rows.",
        "2 -> -2 (#2)": "Counted from the end, the forget quarter ends at -2H: the same rows.",
    },
)
