"""clipped_step(ws, grads, lr, max_norm): clip the gradient, then step."""

import numpy as np

from vegrad_course.exercises.compare import compare_all
from vegrad_course.exercises.lesson_08._grads import clipped_by_torch, layers
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import numbered


def cases(rng):
    expect = "The gradient is clipped first. The step is lr times what is left of it."
    for name, norms, lr, max_norm in (
        ("a large gradient", (30.0, 4.0, 12.0), 0.1, 1.0),
        ("a large gradient, a large learning rate", (30.0, 40.0), 2.0, 5.0),
        ("a tiny learning rate", (900.0, 100.0, 300.0), 1e-3, 2.0),
        ("a small gradient", (0.3, 0.4), 0.3, 1.0),
    ):
        grads = layers(rng, *norms)
        ws = [rng.normal(0, 3, g.shape) for g in grads]
        yield Case(name, {"ws": ws, "grads": grads, "lr": lr, "max_norm": max_norm}, expect)


def judge(case, outputs):
    clipped = clipped_by_torch(case["grads"], case["max_norm"])
    expected = [w - case["lr"] * g for w, g in zip(case["ws"], clipped, strict=True)]
    return compare_all(outputs, "w", expected, rtol=1e-5, atol=1e-7)


def clips_after_the_step(ws, grads, lr, max_norm):
    after = [w - lr * g for w, g in zip(ws, grads, strict=True)]
    norm = np.sqrt(sum(np.sum(w**2) for w in after))
    return [w * min(1.0, max_norm / norm) for w in after]


def clips_the_update(ws, grads, lr, max_norm):
    norm = lr * np.sqrt(sum(np.sum(g**2) for g in grads))
    factor = min(1.0, max_norm / norm)
    return [w - factor * lr * g for w, g in zip(ws, grads, strict=True)]


def does_not_clip(ws, grads, lr, max_norm):
    return [w - lr * g for w, g in zip(ws, grads, strict=True)]


def uphill(ws, grads, lr, max_norm):
    factor = min(1.0, max_norm / np.sqrt(sum(np.sum(g**2) for g in grads)))
    return [w + factor * lr * g for w, g in zip(ws, grads, strict=True)]


def norm_of_each_layer(ws, grads, lr, max_norm):
    factors = [min(1.0, max_norm / np.linalg.norm(g)) for g in grads]
    return [w - lr * f * g for w, f, g in zip(ws, factors, grads, strict=True)]


def always_full_length(ws, grads, lr, max_norm):
    factor = max_norm / np.sqrt(sum(np.sum(g**2) for g in grads))
    return [w - factor * lr * g for w, g in zip(ws, grads, strict=True)]


def forgets_the_learning_rate(ws, grads, lr, max_norm):
    factor = min(1.0, max_norm / np.sqrt(sum(np.sum(g**2) for g in grads)))
    return [w - factor * g for w, g in zip(ws, grads, strict=True)]


def only_the_step(ws, grads, lr, max_norm):
    factor = min(1.0, max_norm / np.sqrt(sum(np.sum(g**2) for g in grads)))
    return [-lr * factor * g for g in grads]


def a_smaller_learning_rate(ws, grads, lr, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    smaller = lr * min(1.0, max_norm / norm)
    return tuple(w - smaller * g for w, g in zip(ws, grads, strict=True))


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=numbered("w"),
    hints=(
        "Two things happen to the gradient, one after the other. Which comes first?",
        "Clip all gradients together with `clip_global_norm`. Then take the usual step with what "
        "it returns.",
        "The usual step is w - lr * g, for each pair of a weight array and its clipped gradient. "
        "Return the list of the new arrays.",
    ),
    misconceptions=(
        Misconception(
            clips_after_the_step,
            "You stepped with the full gradient and then clipped the weights. The harm is done by "
            "then, and the weights are cut down besides. Clip the gradient first, then step.",
        ),
        Misconception(
            clips_the_update,
            "You clipped lr * g in place of g. Then max_norm limits the step, whatever the "
            "learning rate is, and a smaller lr hardly helps. Clip the gradient, then multiply by "
            "lr: no step is longer than lr * max_norm.",
        ),
        Misconception(
            does_not_clip,
            "Your step uses the gradient as it came. Pass `grads` through `clip_global_norm` "
            "first, and use what it returns: it does not change `grads` itself.",
        ),
        Misconception(
            uphill,
            "You stepped uphill. The gradient points to where the loss grows: subtract it.",
        ),
        Misconception(
            norm_of_each_layer,
            "You clipped each layer by itself, which bends the direction. Give the whole list to "
            "`clip_global_norm` at once.",
        ),
        Misconception(
            always_full_length,
            "You scaled a small gradient up to max_norm. A gradient below the limit is used as it "
            "is.",
        ),
        Misconception(
            forgets_the_learning_rate,
            "The learning rate is missing: the step is lr times the clipped gradient.",
        ),
        Misconception(
            only_the_step,
            "You returned the change of the weights. Return the new weights: add it to them.",
        ),
    ),
    alternatives=(a_smaller_learning_rate,),
    equivalent={"True -> False": "Both lists have the same length, so `strict` changes nothing."},
)
