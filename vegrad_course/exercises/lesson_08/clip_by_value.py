"""clip_by_value(g, limit): every entry of a gradient moved into [-limit, limit]."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception, Outputs, failed


def cases(rng):
    expect = "An entry beyond a limit becomes that limit, with its sign; all others stay."
    yield Case("a vector with large entries", _case([-9.0, 0.4, 3.0, -0.2, 1.5], 1.0, rng), expect)
    yield Case("a matrix", _case(rng.normal(0, 3, (3, 4)), 0.5, rng), expect)
    inside = _case(rng.uniform(-0.9, 0.9, 5), 1.0, rng)
    yield Case("everything is inside", inside, "Nothing is to be changed.")
    single = _case(rng.normal(0, 5, 6), 2.0, rng)
    single["g"] = single["g"].astype(np.float32)
    yield Case("float32", single, "float32 stays float32.")
    broken = _case([4.0, np.nan, -7.0, 0.1], 1.0, rng)
    yield Case("a NaN", broken, "A NaN stays a NaN: clipping must not hide it.")
    endless = _case([np.inf, 0.3, -np.inf], 1.0, rng)
    yield Case("infinities", endless, "An infinity is beyond the limit too.")


def _case(g, limit, rng):
    return {"g": np.asarray(g) * rng.uniform(1, 1.1), "limit": float(limit)}


def judge(case, outputs):
    expected, got = by_torch(case), outputs["result"].copy()
    missing = np.isnan(expected)
    if got.shape == expected.shape and got.dtype.kind == "f" and missing.any():
        if not np.isnan(got[missing]).all():
            shown = f"{float(got[missing][0]):.6g}"
            return failed("value", f"your answer holds {shown} where the gradient is NaN.")
        expected[missing] = got[missing] = 0.0
    return compare(Outputs({"result": got}), expected, dtype=case["g"].dtype)


def by_torch(case):
    import torch

    p = torch.zeros(case["g"].shape, dtype=torch.float64, requires_grad=True)
    p.grad = torch.tensor(case["g"].astype(np.float64))
    torch.nn.utils.clip_grad_value_([p], case["limit"])
    return p.grad.numpy()


def only_from_above(g, limit):
    return np.minimum(g, limit)


def loses_the_sign(g, limit):
    return np.where(np.abs(g) > limit, limit, g)


def zero_instead_of_the_limit(g, limit):
    return np.where(np.abs(g) > limit, 0.0, g)


def from_zero_upwards(g, limit):
    return np.clip(g, 0, limit)


def scales_by_the_largest_entry(g, limit):
    return g * (limit / max(limit, np.abs(g).max()))


def scales_by_the_norm(g, limit):
    return g * (limit / max(limit, np.linalg.norm(g)))


def everything_to_the_limit(g, limit):
    return limit * np.sign(g)


def hides_the_nan(g, limit):
    return np.clip(np.nan_to_num(g), -limit, limit)


def fmin_swallows_the_nan(g, limit):
    return np.fmax(np.fmin(g, limit), -limit)


def swaps_the_limits(g, limit):
    return np.maximum(limit, np.minimum(-limit, g))


def by_minimum_and_maximum(g, limit):
    return np.maximum(np.minimum(g, limit), -limit)


def by_masks(g, limit):
    clipped = g.copy()
    clipped[g > limit] = limit
    clipped[g < -limit] = -limit
    return clipped


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    hints=(
        "Each entry is looked at alone. What are the two ends of the allowed range?",
        "The range is from -limit to limit. numpy has a function that moves every entry of an "
        "array into a range.",
        "It is `np.clip`, and takes the array, the lower end and the upper end.",
    ),
    misconceptions=(
        Misconception(
            only_from_above,
            "Large negative entries are still there. A gradient explodes in both directions: the "
            "lower end of the range is -limit.",
        ),
        Misconception(
            loses_the_sign,
            "A large negative entry became +limit. Its sign says which way is downhill, so it must "
            "become -limit.",
        ),
        Misconception(
            zero_instead_of_the_limit,
            "You set large entries to 0, so the steepest directions do not move at all. Clipping "
            "moves them to the limit.",
        ),
        Misconception(
            from_zero_upwards,
            "Your range starts at 0, so every negative entry is lost. It starts at -limit.",
        ),
        Misconception(
            scales_by_the_largest_entry,
            "You scaled the whole array until its largest entry fits. That keeps the direction, "
            "and small entries shrink too. Clipping by value looks at each entry alone.",
        ),
        Misconception(
            scales_by_the_norm,
            "You scaled by the norm: that is the next exercise. Clipping by value looks at each "
            "entry alone, and leaves small ones as they are.",
        ),
        Misconception(
            everything_to_the_limit,
            "Every entry became as large as the limit, small ones too. Only entries beyond the "
            "limit are to be changed.",
        ),
        Misconception(
            hides_the_nan,
            "A NaN became a number. Then training goes on as if nothing had happened, and nobody "
            "looks for the cause. `np.clip` alone keeps a NaN.",
        ),
        Misconception(
            fmin_swallows_the_nan,
            "A NaN became the limit. `np.fmin` and `np.fmax` skip a NaN and take the other number. "
            "`np.clip`, `np.minimum` and `np.maximum` keep it.",
        ),
        Misconception(
            swaps_the_limits,
            "Every entry has become the limit. You put the minimum and the maximum on the wrong "
            "ends: first hold the entries under +limit, then above -limit.",
        ),
    ),
    alternatives=(by_minimum_and_maximum, by_masks),
)
