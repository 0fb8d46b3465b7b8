"""shortcut_sum(x, F, P=None): add the shortcut, and refuse shapes that do not fit."""

import re

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed

REFUSED = "ValueError, and the message holds both shapes"
NOT_TOLD = "ValueError, and the message lacks a shape"
ASSERTED = "AssertionError"


def cases(rng):
    expect = "The shortcut adds to each entry of the branch the matching entry of x."
    x = rng.normal(size=(4, 3))
    yield Case("same shape", {"x": x, "F": rng.normal(size=(4, 3)), "P": None}, expect)
    expect = "Where P is given, the shortcut is P x, for each row x of the batch."
    for name, n_out in (("three to five", 5), ("three to one", 1), ("three to three, with P", 3)):
        inputs = {"x": x, "F": rng.normal(size=(4, n_out)), "P": rng.normal(size=(n_out, 3))}
        yield Case(name, inputs, expect)
    expect = "Shapes that differ are an error. numpy would stretch the smaller array in silence."
    for name, shape in (
        ("a branch with one column, and no P", (4, 1)),
        ("a branch with one row, and no P", (1, 3)),
        ("a branch that lost the batch axis", (3,)),
    ):
        yield Case(name, {"x": x, "F": rng.normal(size=shape), "P": None}, expect)
    inputs = {"x": x, "F": rng.normal(size=(4, 1)), "P": rng.normal(size=(5, 3))}
    yield Case("a P of the wrong size", inputs, expect)


def collect(answer, case):
    """What came back, or in words how the answer refused."""
    try:
        return answer(case["x"], case["F"], case["P"])
    except (ValueError, AssertionError) as error:
        if shapes_fit(case):
            raise
        if isinstance(error, AssertionError):
            return ASSERTED
        shapes = added_shape(case), case["F"].shape
        return REFUSED if all(_holds(str(error), shape) for shape in shapes) else NOT_TOLD


def _holds(message, shape):
    """Does the message hold the numbers of this shape, one after the other?"""
    numbers = " ".join(re.findall(r"\d+", message))
    return f" {' '.join(map(str, shape))} " in f" {numbers} "


def added_shape(case):
    """The shape of the shortcut, after P."""
    return len(case["x"]), case["x"].shape[1] if case["P"] is None else len(case["P"])


def shapes_fit(case):
    return case["F"].shape == added_shape(case)


def judge(case, outputs):
    if shapes_fit(case):
        return compare(outputs, case["F"] + shortcut(case["x"], case["P"]))
    said, pair = str(outputs["result"]), f"{added_shape(case)} and {case['F'].shape}"
    if said == REFUSED:
        return PASSED
    if said == NOT_TOLD:
        return failed("value", f"the message of your ValueError does not tell both: {pair}.")
    if said == ASSERTED:
        return failed("value", f"for the shapes {pair} you raised an AssertionError.")
    came = f"your function returned an array of shape {outputs['result'].shape}"
    return failed("value", f"the shapes {pair} of shortcut and branch do not fit, but {came}.")


def shortcut(x, P):
    """x, or the torch layer with the weights P applied to x."""
    import torch

    if P is None:
        return x
    layer = torch.nn.Linear(P.shape[1], P.shape[0], bias=False, dtype=torch.float64)
    layer.weight.data = torch.tensor(P)
    return layer(torch.tensor(x)).detach().numpy()


def lets_numpy_stretch(x, F, P=None):
    return F + (x if P is None else x @ P.T)


def compares_the_number_of_rows(x, F, P=None):
    s = x if P is None else x @ P.T
    if len(s) != len(F):
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F


def compares_the_last_axis(x, F, P=None):
    s = x if P is None else x @ P.T
    if s.shape[-1] != F.shape[-1]:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F


def projects_without_rows(x, F, P=None):
    s = x if P is None else P @ x
    if s.shape != F.shape:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F


def asks_not_P(x, F, P=None):
    s = x if not P else x @ P.T
    if s.shape != F.shape:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F


def asserts_the_shapes(x, F, P=None):
    s = x if P is None else x @ P.T
    assert s.shape == F.shape
    return s + F


def message_without_shapes(x, F, P=None):
    s = x if P is None else x @ P.T
    if s.shape != F.shape:
        raise ValueError("the shapes differ")
    return s + F


def checks_x_and_never_the_projection(x, F, P=None):
    if P is None and x.shape != F.shape:
        raise ValueError(f"{x.shape} and {F.shape} differ")
    return F + (x if P is None else x @ P.T)


def projection_missing(x, F, P=None):
    if x.shape != F.shape:
        raise ValueError(f"{x.shape} and {F.shape} differ")
    return x + F


def pads_with_zeros(x, F, P=None):
    s = np.zeros_like(F)
    width = min(x.shape[-1], F.shape[-1])
    s[..., :width] = x[..., :width]
    return s + F


def projects_the_branch(x, F, P=None):
    if P is None and x.shape != F.shape:
        raise ValueError(f"{x.shape} and {F.shape} differ")
    return x + F if P is None else x @ P.T + F @ P @ P.T


def projection_without_transpose(x, F, P=None):
    s = x if P is None else x @ P
    if s.shape != F.shape:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F


def projects_only_where_needed(x, F, P=None):
    s = x if x.shape == F.shape else x @ P.T if P is not None else x
    if s.shape != F.shape:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F


def adds_x_as_well(x, F, P=None):
    s = x if P is None else x @ P.T
    if s.shape != F.shape:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return s + F + (x if P is not None and x.shape == F.shape else 0)


def returns_the_shortcut(x, F, P=None):
    s = x if P is None else x @ P.T
    if s.shape != F.shape:
        raise ValueError(f"{s.shape} and {F.shape} differ")
    return 1.0 * s


def by_einsum(x, F, P=None):
    s = x if P is None else np.einsum("bi,oi->bo", x, P)
    if np.shape(s) != np.shape(F):
        raise ValueError(f"shortcut {np.shape(s)} and branch {np.shape(F)} must agree")
    return np.add(s, F)


def refuses_early(x, F, P=None):
    width = x.shape[1] if P is None else P.shape[0]
    if F.ndim != 2 or F.shape[0] != x.shape[0] or F.shape[1] != width:
        raise ValueError(f"shortcut ({len(x)}, {width}), but branch {F.shape}")
    return (x if P is None else (P @ x.T).T) + F


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "First make the shortcut s: x itself, or its projection. Then ask whether s fits F.",
        "x holds one example per row, so the projection of every row at once is a product with "
        "a transpose. `s.shape != F.shape` says whether the two fit.",
        "Compare the shapes after the projection, and `raise ValueError(...)` with a message if "
        "they differ. Only then add.",
    ),
    misconceptions=(
        Misconception(
            lets_numpy_stretch,
            "You let numpy decide. It stretches an axis of length 1, or a missing axis, until the "
            "shapes fit: every unit then gets a copy of somebody else's number, and no error "
            "tells you. Compare the shapes yourself, and raise a ValueError.",
        ),
        Misconception(
            compares_the_number_of_rows,
            "You compared the number of rows only. A branch with one column passes that test, and "
            "numpy copies it to all columns. Compare the whole shape.",
        ),
        Misconception(
            compares_the_last_axis,
            "You compared the last axis only. A branch with one row, or with no batch axis, passes "
            "that test, and numpy copies it to all rows. Compare the whole shape.",
        ),
        Misconception(
            projects_without_rows,
            "You wrote `P @ x`. That is P x for one column x. Here x holds one example per row, so "
            "P x for each row is `x @ P.T`.",
        ),
        Misconception(
            asks_not_P,
            "`not P` asks a whole array for one truth value, and numpy refuses to give it. Ask "
            "`P is None`.",
        ),
        Misconception(
            asserts_the_shapes,
            "You used `assert`. It is for checks while you write, and `python -O` leaves it out. "
            "Raise a ValueError with the two shapes in its message.",
        ),
        Misconception(
            checks_x_and_never_the_projection,
            "You compare shapes only where there is no P. A projection can have the wrong size as "
            "well. Make the shortcut first, then compare its shape with that of F.",
        ),
        Misconception(
            projection_missing,
            "You never used P. Where the block changes the width, x does not fit the branch; P "
            "takes it there: the shortcut is P x for every row.",
        ),
        Misconception(
            pads_with_zeros,
            "You cut x or filled it up with zeros. He et al. (2016) tried filling up, as their "
            "option A, so it is a real shortcut. But here the projection P is asked for, and a "
            "wrong shape without P must be refused.",
        ),
        Misconception(
            projects_the_branch,
            "You sent the branch through P as well. F has its final shape already: only x is "
            "projected.",
        ),
        Misconception(
            projection_without_transpose,
            "You wrote `x @ P`. P has shape (n_out, n_in) and x holds one example per row, so P x "
            "for each row is `x @ P.T`. With a square P the wrong product gives wrong numbers and "
            "no error.",
        ),
        Misconception(
            projects_only_where_needed,
            "You left P out where x fits without it. If a P is given, the shortcut is P x: the "
            "caller wants it, for instance where a block also mixes channels.",
        ),
        Misconception(
            adds_x_as_well,
            "You added both x and P x. The shortcut is one of them: P x if P is given, else x.",
        ),
        Misconception(
            returns_the_shortcut,
            "You returned the shortcut without the branch. The block is their sum.",
        ),
        Misconception(
            message_without_shapes,
            "You refuse where you should, but your message does not tell both shapes, of the "
            "shortcut (after P) and of F. Whoever meets the error wants to see them: "
            '`raise ValueError(f"{shortcut.shape} and {F.shape} differ")`.',
        ),
    ),
    alternatives=(by_einsum, refuses_early),
    equivalent={
        f"{part!r} -> {f'not {part}'!r}": "The words of the message are free."
        for part in ("shortcut ", " and branch ", " differ in shape")
    },
)
