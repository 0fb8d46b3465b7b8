"""Illnesses of the steps: too large, too small, made of bad data."""

from vegrad_course.diagnosis.facts import FAST, Facts
from vegrad_course.diagnosis.findings import Finding
from vegrad_course.diagnosis.remedies import learning_rate, named
from vegrad_course.diagnosis.rules.certainty import sure
from vegrad_course.diagnosis.rules.travel import LOST

SLOW = -3.4  # log10 of a relative update under which a layer hardly moves
GENTLE, BRISK = -2.4, -1.9  # relative updates to aim at, from above and from below
FALLEN = 0.3  # a loss that fell by a smaller share did not fall
GROWN = 3.0  # times its start: something grew


def non_finite(f: Facts) -> Finding | None:
    """NaN or infinity out of a quiet run: the data, or an operation, made it."""
    step = f.first_non_finite
    if step is None or len(f.finite_losses) < 2:
        return None
    before = f.finite_losses
    growth = float(before.max() / max(abs(before[0]), 1e-12))
    if growth > GROWN or abs(f.depth_gain) > LOST:
        return None
    evidence = f"step {step} is the first that is not finite; until then the loss never exceeded "
    evidence += f"{growth:.1f} times its start, so nothing grew into it"
    certainty = sure(GROWN - growth, 0.5)
    return Finding("non-finite", (evidence,), certainty, (), (step, step), named("mend the data"))


def learning_rate_too_high(f: Facts) -> Finding | None:
    """Steps so large that the loss jumps or rises, though the gradients are in range."""
    if f.update is None or f.update < FAST or f.drop > FALLEN:
        return None
    evidence = f"a typical step changes the weights by {10**f.update:.1%}"
    return Finding(
        "learning rate too high", (evidence, _change(f)), sure(f.update - FAST, 0.1), (), f.steps,
        (learning_rate(10 ** (GENTLE - f.update)), *named("clip", "decay")),
    )  # fmt: skip


def learning_rate_too_low(f: Facts) -> Finding | None:
    """Every layer gets its gradient, and hardly moves; the loss as well."""
    if f.update is None or f.update > SLOW or f.drop > FALLEN or f.first_non_finite is not None:
        return None
    evidence = f"a typical step changes the weights by {10**f.update:.1e} of their size, "
    evidence += "in the last layers as in the first"
    return Finding(
        "learning rate too low", (evidence, _change(f)),
        sure(SLOW - f.update, 0.1), (), f.steps, (learning_rate(10 ** (BRISK - f.update)),),
    )  # fmt: skip


def data_problem(f: Facts) -> Finding | None:
    """Gradients in range, steps of a good size, and a loss that does not fall."""
    if f.drop > FALLEN or f.first_non_finite is not None or len(f.losses) < 2:
        return None
    evidence = f"none of these: the gradients are healthy, and yet {_change(f)}"
    return Finding(
        "data problem", (evidence,), sure(FALLEN - f.drop, 0.03), (), f.steps,
        named("mend the data"),
    )  # fmt: skip


def _change(f: Facts) -> str:
    """What the loss did, in words."""
    return f"the loss {'fell' if f.drop > 0 else 'rose'} by {abs(f.drop):.0%}"
