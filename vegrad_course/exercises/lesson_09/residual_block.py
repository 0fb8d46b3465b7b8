"""residual_block(x, params, kind): post-activation, pre-activation, ReZero."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception

EXPECT = {
    "post": "ReLU comes after the sum: no output is negative.",
    "pre": "ReLU stands inside the branch only, and the shortcut carries x as it is.",
    "rezero": "The branch is multiplied by alpha. With alpha = 0 the block returns x itself.",
}


def cases(rng):
    for kind in EXPECT:
        yield Case(f"{kind}, same shape", _inputs(rng, kind, 4, 4), EXPECT[kind])
    projected = "Where the width changes, the shortcut is P x."
    for kind in EXPECT:
        yield Case(f"{kind}, four units to three", _inputs(rng, kind, 4, 3, P=True), projected)
    yield Case("pre, four units to one", _inputs(rng, "pre", 4, 1, P=True), projected)
    start = _inputs(rng, "rezero", 4, 4)
    yield Case("rezero at the start, alpha = 0", start | {"alpha": 0.0}, EXPECT["rezero"])


def _inputs(rng, kind, n, n_out, P=False):
    """Five rows; each input has both signs, and each weight matters."""
    return {
        "x": rng.normal(size=(5, n)) + 0.1,
        "W1": rng.normal(size=(6, n)),
        "W2": rng.normal(size=(n_out, 6)),
        "P": rng.normal(size=(n_out, n)) if P else None,
        "alpha": float(rng.uniform(0.2, 0.6)) if kind == "rezero" else None,
        "kind": kind,
    }


def collect(answer, case):
    names = [name for name in ("W1", "W2", "P", "alpha") if case[name] is not None]
    return answer(case["x"], {name: case[name] for name in names}, case["kind"])


def judge(case, outputs):
    return compare(outputs, block(case))


def block(case):
    """The block as torch modules."""
    import torch

    relu = torch.nn.ReLU()
    branch = [linear(case["W1"]), relu, linear(case["W2"])]
    if case["kind"] == "pre":
        branch = [relu, *branch]
    shortcut = torch.nn.Identity() if case["P"] is None else linear(case["P"])
    x = torch.tensor(case["x"])
    weight = 1.0 if case["alpha"] is None else case["alpha"]
    y = torch.add(shortcut(x), torch.nn.Sequential(*branch)(x), alpha=weight)
    return (relu(y) if case["kind"] == "post" else y).detach().numpy()


def linear(W):
    import torch

    layer = torch.nn.Linear(W.shape[1], W.shape[0], bias=False, dtype=torch.float64)
    layer.weight.data = torch.tensor(W)
    return layer


def skip_after_activation(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    F = np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    if kind == "post":
        return s + np.maximum(F, 0)
    return s + params.get("alpha", 1.0) * F


def relu_on_the_skip(x, params, kind):
    start = np.maximum(x, 0) if kind == "pre" else x
    s = start @ params["P"].T if "P" in params else start
    F = params.get("alpha", 1.0) * np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(s + F, 0) if kind == "post" else s + F


def alpha_is_1(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    y = s + np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(y, 0) if kind == "post" else y


def projection_missing(x, params, kind):
    start = np.maximum(x, 0) if kind == "pre" else x
    F = params.get("alpha", 1.0) * np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    y = x + F
    return np.maximum(y, 0) if kind == "post" else y


def a_broadcast_in_place_of_the_projection(x, params, kind):
    start = np.maximum(x, 0) if kind == "pre" else x
    F = params.get("alpha", 1.0) * np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    y = F + (x.mean(axis=1, keepdims=True) if "P" in params else x)
    return np.maximum(y, 0) if kind == "post" else y


def no_skip(x, params, kind):
    start = np.maximum(x, 0) if kind == "pre" else x
    F = params.get("alpha", 1.0) * np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(F, 0) if kind == "post" else F


def alpha_on_the_sum(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    y = params.get("alpha", 1.0) * (s + np.maximum(start @ params["W1"].T, 0) @ params["W2"].T)
    return np.maximum(y, 0) if kind == "post" else y


def alpha_on_the_skip(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    y = params.get("alpha", 1.0) * s + np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(y, 0) if kind == "post" else y


def relu_after_both_layers(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    F = np.maximum(np.maximum(start @ params["W1"].T, 0) @ params["W2"].T, 0)
    y = s + params.get("alpha", 1.0) * F
    return np.maximum(y, 0) if kind == "post" else y


def always_relu_after_the_sum(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    F = np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(s + params.get("alpha", 1.0) * F, 0)


def post_without_the_last_relu(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    return s + params.get("alpha", 1.0) * np.maximum(start @ params["W1"].T, 0) @ params["W2"].T


def rezero_ends_with_a_relu(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    y = s + params.get("alpha", 1.0) * np.maximum(start @ params["W1"].T, 0) @ params["W2"].T
    return y if kind == "pre" else np.maximum(y, 0)


def pre_without_the_second_relu(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    if kind == "pre":
        return s + np.maximum(x, 0) @ params["W1"].T @ params["W2"].T
    y = s + params.get("alpha", 1.0) * np.maximum(x @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(y, 0) if kind == "post" else y


def pre_without_the_first_relu(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    y = s + params.get("alpha", 1.0) * np.maximum(x @ params["W1"].T, 0) @ params["W2"].T
    return np.maximum(y, 0) if kind == "post" else y


def no_relu_between_the_layers(x, params, kind):
    s = x @ params["P"].T if "P" in params else x
    start = np.maximum(x, 0) if kind == "pre" else x
    y = s + params.get("alpha", 1.0) * start @ params["W1"].T @ params["W2"].T
    return np.maximum(y, 0) if kind == "post" else y


def forgets_the_transposes(x, params, kind):
    start = np.maximum(x, 0) if kind == "pre" else x
    F = params.get("alpha", 1.0) * np.maximum(start @ params["W1"], 0) @ params["W2"]
    y = F + (x @ params["P"] if "P" in params else x)
    return np.maximum(y, 0) if kind == "post" else y


def row_by_row(x, params, kind):
    relu = lambda z: z * (z > 0)  # noqa: E731
    rows = []
    for row in x:
        h = params["W1"] @ (relu(row) if kind == "pre" else row)
        branch = params["W2"] @ relu(h)
        if kind == "rezero":
            branch = branch * params["alpha"]
        skip = params["P"] @ row if params.get("P") is not None else row
        rows.append(relu(skip + branch) if kind == "post" else skip + branch)
    return np.array(rows)


def with_three_branches(x, params, kind):
    W1, W2 = params["W1"], params["W2"]
    skip = np.einsum("bi,oi->bo", x, params["P"]) if "P" in params else x.copy()
    if kind == "post":
        return np.maximum(skip + np.maximum(x @ W1.T, 0) @ W2.T, 0)
    if kind == "pre":
        return skip + np.maximum(np.maximum(x, 0) @ W1.T, 0) @ W2.T
    return skip + np.maximum(x @ W1.T, 0) @ (params["alpha"] * W2).T


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "All three kinds share the same parts: a shortcut, and a branch of two layers. Write the "
        "branch once, and ask where each kind differs.",
        "post: one ReLU more, after the sum. pre: one ReLU more, before the branch, and x itself "
        "on the shortcut. rezero: alpha times the branch. `np.maximum(z, 0)` is ReLU.",
        'Rows are examples, so a layer is `x @ W1.T`. `params.get("P")` is None where there is '
        "no P, so your `shortcut_sum` takes it as it comes. `alpha` is there for rezero only.",
    ),
    misconceptions=(
        Misconception(
            skip_after_activation,
            "In kind post you activated the branch first and added x afterwards. The ReLU comes "
            "after the sum. What you wrote can only add, never subtract: the stream grows with "
            "every block.",
        ),
        Misconception(
            relu_on_the_skip,
            "In kind pre your shortcut carries relu(x). The ReLU belongs to the branch alone. On "
            "the shortcut it wipes out every negative entry, forwards, and its gradient, going "
            "back: the clear road is gone.",
        ),
        Misconception(
            alpha_is_1,
            "Your ReZero block does not use alpha, as if it were 1. At the start alpha is 0 and "
            'the block must return x exactly. Multiply the branch by `params["alpha"]`.',
        ),
        Misconception(
            projection_missing,
            "You added x where the width changes. Look at the two shapes: where they differ, "
            "`params` holds P, and the shortcut is P x. With one output unit numpy even adds "
            "them without an error, and the result has the wrong shape.",
        ),
        Misconception(
            a_broadcast_in_place_of_the_projection,
            "Your result has the right shape by a broadcast: every output unit got the same number "
            "on the shortcut. That hides that x does not fit. Use the projection: P x.",
        ),
        Misconception(
            no_skip,
            "There is no shortcut: this is a plain block. Add x, or P x, to the branch.",
        ),
        Misconception(
            alpha_on_the_sum,
            "You multiplied the sum by alpha, so the shortcut shrinks as well. At alpha = 0 the "
            "block must be the identity, not zero. alpha belongs to the branch.",
        ),
        Misconception(
            alpha_on_the_skip,
            "You put alpha on the shortcut. At alpha = 0 this is a plain block; ReZero wants the "
            "opposite, a block that starts as the identity. alpha belongs to the branch.",
        ),
        Misconception(
            relu_after_both_layers,
            "You put a ReLU after the second layer of the branch too. Then the branch is never "
            "negative, and the block can only push its input up.",
        ),
        Misconception(
            always_relu_after_the_sum,
            "You end every kind with a ReLU. Only post has it. In pre and rezero the sum stays as "
            "it is, and that is their whole point: nothing stands on the shortcut.",
        ),
        Misconception(
            post_without_the_last_relu,
            "Your kind post has no ReLU after the sum. In the first ResNet it stands there: "
            "relu(x + F).",
        ),
        Misconception(
            rezero_ends_with_a_relu,
            "Your kind rezero ends with a ReLU, as post does. In ReZero the sum stays as it is: at "
            "alpha = 0 the block must return x, negative entries too.",
        ),
        Misconception(
            pre_without_the_first_relu,
            "Your kind pre sends x itself into the first layer. In pre-activation the ReLU comes "
            "before each layer, so the branch begins with relu(x).",
        ),
        Misconception(
            no_relu_between_the_layers,
            "There is no ReLU between the two layers of your branch. Without it W2 and W1 are one "
            "matrix in disguise.",
        ),
        Misconception(
            pre_without_the_second_relu,
            "Your kind pre has only the first of its two ReLUs. One stands before each layer: "
            "relu(x) goes into W1, and relu of that goes into W2.",
        ),
        Misconception(
            forgets_the_transposes,
            "You multiplied by W1 without the transpose. x has one example per row and W1 has "
            "shape (n_hidden, n_in), so a layer is `x @ W1.T`.",
        ),
    ),
    alternatives=(row_by_row, with_three_branches),
)
