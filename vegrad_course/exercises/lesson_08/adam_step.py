"""adam_step(w, g, m, v, t, lr, weight_decay, decoupled): one step of Adam, two kinds of decay."""

import numpy as np

from vegrad_course.exercises import plain
from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "m and v take up the gradient; the step is lr * m_hat / (sqrt(v_hat) + eps)."
    inside = f"{expect} The decay is added to the gradient before everything else."
    beside = f"{expect} The decay acts on the weights alone."
    yield Case("the first step, decoupled", _case(rng, 1, True), beside)
    yield Case("the first step, coupled", _case(rng, 1, False), inside)
    yield Case("step 12, decoupled", _case(rng, 12, True), beside)
    yield Case("step 12, coupled", _case(rng, 12, False), inside)
    tiny = _case(rng, 1, True, size=1e-8)
    yield Case("a tiny gradient", tiny, "eps is added to the root, so that it tames tiny ones.")
    yield Case("step 500, decoupled", _case(rng, 500, True), beside)


def _case(rng, t, decoupled, size=1.0):
    """State as after t - 1 steps; at the first step it is zero."""
    started = t > 1
    return {
        "w": rng.normal(0, 3, 4),
        "g": size * rng.normal(0, 2, 4),
        "m": started * rng.normal(0, 0.5, 4),
        "v": started * rng.uniform(0.01, 0.1, 4),
        "t": t,
        "lr": 0.1,
        "weight_decay": 0.4,
        "decoupled": decoupled,
    }


def collect(answer, case):
    returned = plain.call(answer, case)
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        raise plain.NotPlain("Return three arrays, `w, m, v`, the new ones.")
    return dict(zip(("w", "m", "v"), returned, strict=True))


def judge(case, outputs):
    w, m, v = by_torch(case)
    return first_problem(
        compare(outputs, m, part="m", atol=0),
        compare(outputs, v, part="v", atol=0),
        compare(outputs, w, part="w"),
    )


def by_torch(case):
    import torch

    kind = torch.optim.AdamW if case["decoupled"] else torch.optim.Adam
    w = torch.tensor(case["w"], requires_grad=True)
    w.grad = torch.tensor(case["g"])
    optimizer = kind([w], lr=case["lr"], weight_decay=case["weight_decay"])
    m, v = torch.tensor(case["m"]), torch.tensor(case["v"])
    optimizer.state[w] = {"step": torch.tensor(case["t"] - 1.0), "exp_avg": m, "exp_avg_sq": v}
    optimizer.step()
    return w.detach().numpy(), m.numpy(), v.numpy()


def always_coupled(w, g, m, v, t, lr, weight_decay, decoupled):
    g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return w - lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v


def always_decoupled(w, g, m, v, t, lr, weight_decay, decoupled):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * (step + weight_decay * w), m, v


def the_wrong_way_round(w, g, m, v, t, lr, weight_decay, decoupled):
    if decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * (step + (0 if decoupled else weight_decay * w)), m, v


def decays_twice(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * (step + weight_decay * w), m, v


def decay_without_lr(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * step - (weight_decay * w if decoupled else 0), m, v


def no_correction(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (np.sqrt(v) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def returns_the_corrected_state(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
    step = m / (np.sqrt(v) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def counts_from_zero(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9 ** (t + 1)) / (np.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def eps_under_the_root(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def forgets_the_square(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * np.abs(g)
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def forgets_the_root(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (v / (1 - 0.999**t) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def decays_the_new_weights(w, g, m, v, t, lr, weight_decay, decoupled):
    if not decoupled:
        g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    w = w - lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w * (1 - lr * weight_decay) if decoupled else w, m, v


def decay_misses_v(w, g, m, v, t, lr, weight_decay, decoupled):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    if not decoupled:
        m = m + 0.1 * weight_decay * w
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - lr * (step + (weight_decay * w if decoupled else 0)), m, v


def shrink_first(w, g, m, v, t, lr, weight_decay, decoupled):
    if decoupled:
        w = w * (1 - lr * weight_decay)
    else:
        g = g + weight_decay * w
    m = m + (1 - 0.9) * (g - m)
    v = 0.999 * v + (1 - 0.999) * g * g
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + 1e-8), m, v


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Write the step without decay first: new m, new v, both corrected, and their quotient. "
        "Then ask where the decay comes in.",
        "Coupled: replace g by g + weight_decay * w before m and v see it. Decoupled: leave g "
        "alone, and subtract lr * weight_decay * w from the weights.",
        "m = 0.9 m + 0.1 g and v = 0.999 v + 0.001 g**2 are returned as they are. Only the step "
        "uses m / (1 - 0.9**t) and the root of v / (1 - 0.999**t), with 1e-8 added to the root.",
    ),
    misconceptions=(
        Misconception(
            the_wrong_way_round,
            "You have both kinds of decay, the wrong way round. Coupled means: inside the "
            "gradient. Decoupled means: beside the step.",
        ),
        Misconception(
            always_coupled,
            "Your decay is always coupled. If `decoupled` is True, g stays as it is, and "
            "lr * weight_decay * w is subtracted from the weights beside the step.",
        ),
        Misconception(
            always_decoupled,
            "Your decay is always decoupled. If `decoupled` is False, the decay is added to the "
            "gradient first, and goes through m and v with it.",
        ),
        Misconception(
            decays_twice,
            "In the coupled case the decay acts twice, in the gradient and beside the step. Once "
            "is enough.",
        ),
        Misconception(
            decay_without_lr,
            "Your decoupled decay is not multiplied by lr. The common rule subtracts "
            "lr * weight_decay * w.",
        ),
        Misconception(
            decays_the_new_weights,
            "Your decoupled decay shrinks the new weights, so it shrinks the step as well. The w "
            "beside the step is the old one.",
        ),
        Misconception(
            decay_misses_v,
            "In the coupled case your m takes up the decay, and your v does not. Replace g by "
            "g + weight_decay * w first; then both see the same g.",
        ),
        Misconception(
            no_correction,
            "Your step has no bias correction. m and v start at 0 and know little at first: "
            "divide them by 1 - 0.9**t and 1 - 0.999**t.",
        ),
        Misconception(
            returns_the_corrected_state,
            "You returned the corrected m and v. They would be corrected again at the next step. "
            "Keep the plain ones, and use the corrected ones for the step only.",
        ),
        Misconception(
            counts_from_zero,
            "Your correction is one step ahead: t already counts from 1, so it is used as it is.",
        ),
        Misconception(
            eps_under_the_root,
            "Your eps is under the root. There 1e-8 counts as 1e-4. Take the root first, then add.",
        ),
        Misconception(
            forgets_the_square,
            "Your v takes up the size of g. It is the mean of g squared; the root comes later.",
        ),
        Misconception(
            forgets_the_root,
            "You divided by v, which is a squared gradient. Its root has the size of a gradient.",
        ),
    ),
    alternatives=(shrink_first,),
)
