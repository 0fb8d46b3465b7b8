"""clip_global_norm(grads, max_norm): one factor for all layers, so that the direction stays."""

from dataclasses import replace

import numpy as np

from vegrad_course.exercises.compare import compare_all
from vegrad_course.exercises.lesson_08._grads import clipped_by_torch, layers
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain, numbered


def cases(rng):
    expect = "All layers are multiplied by one factor; the norm of all together is max_norm."
    yield Case("a large gradient", _case(layers(rng, 30.0, 4.0, 12.0), 5.0), expect)
    yield Case("one layer explodes, two are small", _case(layers(rng, 0.1, 80.0, 0.2), 1.0), expect)
    together = layers(rng, 2.9, 2.5, 2.8, 2.7)
    yield Case("each layer alone is below the limit", _case(together, 3.0), expect)
    calm = layers(rng, *rng.uniform(0.1, 0.5, 3))
    yield Case("a small gradient", _case(calm, 2.0), "A gradient below the limit stays as it is.")
    zero = [np.zeros((3, 4)), np.zeros(3)]
    yield Case("a gradient of zero", _case(zero, 1.0), "It stays zero, without dividing by zero.")
    for name, bad in (("a NaN in one layer", np.nan), ("an infinity in one layer", np.inf)):
        broken = layers(rng, 1.0, 2.0, 3.0)
        broken[1][0] = bad
        yield Case(name, _case(broken, 1.0), "No factor mends this gradient: raise a ValueError.")


def _case(grads, max_norm):
    return {"grads": grads, "max_norm": max_norm}


def collect(answer, case):
    """The list of clipped gradients, or the note that the answer refused this gradient.

    An answer that raises for the same gradient without its NaN has not refused: it is broken.
    """
    try:
        return _new_arrays(answer, case)
    except (ValueError, FloatingPointError):
        healthy = [np.nan_to_num(g, posinf=0.0, neginf=0.0) for g in case["grads"]]
        _new_arrays(answer, replace(case, inputs={**case.inputs, "grads": healthy}))
        return {"refused": True}


def _new_arrays(answer, case):
    returned = numbered("g")(answer, case)
    for name, array in returned.items():
        if any(array is given for given in case["grads"]):
            raise NotPlain(
                f"Your {name} is the caller's own array: changing one would change the other. "
                "Return new arrays, for example `g.copy()` or `1.0 * g`."
            )
    return returned


def judge(case, outputs):
    expected = clipped_by_torch(case["grads"], case["max_norm"])
    if expected is None:
        return PASSED if "refused" in outputs.arrays else failed("value", _said(outputs))
    return compare_all(outputs, "g", expected, rtol=1e-5)


def _said(outputs):
    bad = sum(int((~np.isfinite(g)).sum()) for g in outputs.arrays.values())
    return f"you returned a gradient ({bad} of its entries NaN or infinite) and raised no error."


def norm_of_each_layer(grads, max_norm):
    if not all(np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    return [g * (max_norm / max(max_norm, np.linalg.norm(g))) for g in grads]


def scales_small_ones_up(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if not np.isfinite(norm):
        raise ValueError("not finite")
    return [g * (max_norm / (norm + 1e-12)) for g in grads]


def adds_norms(grads, max_norm):
    norm = sum(np.linalg.norm(g) for g in grads)
    if not np.isfinite(norm):
        raise ValueError("not finite")
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def forgets_the_root(grads, max_norm):
    norm = sum(np.sum(g**2) for g in grads)
    if not np.isfinite(norm):
        raise ValueError("not finite")
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def largest_layer(grads, max_norm):
    norm = max(np.linalg.norm(g) for g in grads)
    if not all(np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def largest_entry(grads, max_norm):
    norm = max(np.abs(g).max() for g in grads)
    if not all(np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def value_by_value(grads, max_norm):
    if not all(np.isfinite(g).all() for g in grads):
        raise ValueError("not finite")
    return [np.clip(g, -max_norm, max_norm) for g in grads]


def upside_down(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if not np.isfinite(norm):
        raise ValueError("not finite")
    return [g * (norm / max_norm if norm > max_norm else 1.0) for g in grads]


def unit_length(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if not np.isfinite(norm):
        raise ValueError("not finite")
    return [g / (norm if norm > max_norm else 1.0) for g in grads]


def lets_the_nan_through(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]


def spreads_the_nan(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * np.minimum(1.0, max_norm / (norm + 1e-12)) for g in grads]


def hides_the_nan(grads, max_norm):
    grads = [np.nan_to_num(g, posinf=0.0, neginf=0.0) for g in grads]
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def one_array(grads, max_norm):
    norm = np.linalg.norm(np.array(grads))
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def concatenated(grads, max_norm):
    norm = np.linalg.norm(np.concatenate(grads))
    return [g * (max_norm / max(max_norm, norm)) for g in grads]


def laid_end_to_end(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads])
    if not np.isfinite(flat).all():
        raise ValueError("the gradient is not finite")
    return tuple(g * min(1.0, max_norm / (np.linalg.norm(flat) + 1e-6)) for g in grads)


def norm_of_norms(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    if np.isnan(norm) or np.isinf(norm):
        raise FloatingPointError("the gradient is not finite")
    return [g.copy() if norm <= max_norm else g * max_norm / norm for g in grads]


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Imagine all arrays laid end to end, as one long vector. What is its length?",
        "It is the root of the sum of all squared entries, over all arrays. If this norm is above "
        "max_norm, one factor brings it down. If not, nothing is to be done.",
        "The factor is max_norm / norm if the norm is above max_norm, and 1 otherwise. Before "
        "that, ask `np.isfinite(norm)`, and raise a ValueError if it is not. Return a list.",
    ),
    misconceptions=(
        Misconception(
            one_array,
            "The arrays differ in shape, so numpy cannot put them into one. Sum the squares of "
            "each array by itself, add these sums, and take the root.",
        ),
        Misconception(
            concatenated,
            "np.concatenate wants arrays that fit together, and these do not. Sum the squares of "
            "each array by itself, add these sums, and take the root.",
        ),
        Misconception(
            norm_of_each_layer,
            "You took the norm of each layer by itself. Then every layer gets a factor of its own, "
            "and the direction of the whole gradient is bent. Take one norm over all layers.",
        ),
        Misconception(
            scales_small_ones_up,
            "You scaled every gradient to max_norm, small ones too. Near a minimum gradients are "
            "small for a reason: scaled up, the steps never settle. Use the factor only if the "
            "norm is above max_norm.",
        ),
        Misconception(
            adds_norms,
            "You added the norms of the layers. Lengths at right angles do not add: their squares "
            "do. Sum the squares of all entries, then take the root.",
        ),
        Misconception(
            forgets_the_root,
            "You compared the squared norm with max_norm. Take the root of the sum first.",
        ),
        Misconception(
            largest_layer,
            "You used the norm of the largest layer. Many layers below the limit can be above it "
            "together: take the norm over all of them.",
        ),
        Misconception(
            largest_entry,
            "You used the largest entry. That is another norm: many small entries make a long "
            "vector. Take the root of the sum of all squared entries.",
        ),
        Misconception(
            value_by_value,
            "You clipped each entry. That bends the direction. Here the whole gradient is made "
            "shorter, by one factor.",
        ),
        Misconception(
            upside_down,
            "Your factor is upside down: it makes a large gradient larger. To bring a length from "
            "norm to max_norm, multiply by max_norm / norm.",
        ),
        Misconception(
            unit_length,
            "You brought large gradients to length 1. The length to reach is max_norm.",
        ),
        Misconception(
            lets_the_nan_through,
            "Your factors are right, but NaN gets through. `nan > max_norm` is False, and so is "
            "every comparison with NaN, so the broken gradient passes as if it were small. With "
            "an infinite norm the factor is 0, and inf times 0 is NaN. Ask `np.isfinite(norm)` "
            "first, and raise a ValueError.",
        ),
        Misconception(
            spreads_the_nan,
            "Your factors are right, but one NaN makes the norm NaN, the factor NaN, and with it "
            "every entry of every layer. One bad step then destroys all weights. Ask "
            "`np.isfinite(norm)` first, and raise a ValueError.",
        ),
        Misconception(
            hides_the_nan,
            "You replaced NaN and infinity by 0. The step looks healthy, and the layer that broke "
            "stays broken unseen. Raise a ValueError, so that somebody looks.",
        ),
    ),
    alternatives=(laid_end_to_end, norm_of_norms),
    equivalent={
        "norm > max_norm -> norm >= max_norm": "At equality the factor is 1 either way.",
        "'the norm is not finite' -> 'not the norm is not finite'": "The text is free.",
    },
)
