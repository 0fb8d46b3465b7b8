"""block_jacobian(W1, W2, x, df): the Jacobian of y = x + W2 f(W1 x) is I + J_F."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Entry [i, j] says how much output i moves when input j moves by one."
    for name, n, m, df in (
        ("as many hidden units as inputs", 4, 4, "tanh"),
        ("more hidden units", 3, 5, "sigmoid"),
        ("fewer hidden units", 4, 2, "tanh"),
        ("relu", 3, 3, "relu"),
    ):
        yield Case(name, _inputs(rng, n, m, df), expect)
    expect = "A branch of zeros changes nothing: the block is the identity, and so is its Jacobian."
    off = _inputs(rng, 3, 4, "tanh")
    yield Case("W2 is zero", off | {"W2": np.zeros((3, 4))}, expect)


def _inputs(rng, n, m, df):
    W1, W2 = rng.normal(size=(m, n)), rng.normal(size=(n, m))
    x = rng.normal(size=n)
    W1[0] *= -np.sign(W1[0] @ x)  # unit 0 is off where f is ReLU
    W1[1] *= np.sign(W1[1] @ x)  # and unit 1 is on
    return {"W1": W1, "W2": W2, "x": x, "df": df}


def judge(case, outputs):
    import torch

    W1, W2 = torch.tensor(case["W1"]), torch.tensor(case["W2"])
    f = getattr(torch, case["df"])
    truth = oracle.jacobian(lambda x: x + W2 @ f(W1 @ x), case["x"])
    return compare(outputs, truth, atol=1e-12)


def forgets_the_identity(W1, W2, x, df):
    return W2 @ np.diag(df(W1 @ x)) @ W1


def adds_the_number_one(W1, W2, x, df):
    return 1.0 + W2 @ np.diag(df(W1 @ x)) @ W1


def adds_x_on_the_diagonal(W1, W2, x, df):
    return np.diag(x) + W2 @ np.diag(df(W1 @ x)) @ W1


def forgets_the_slopes(W1, W2, x, df):
    return np.eye(len(x)) + W2 @ W1


def transposed(W1, W2, x, df):
    return np.eye(len(x)) + (W2 @ np.diag(df(W1 @ x)) @ W1).T


def reversed_order(W1, W2, x, df):
    return np.eye(len(x)) + W1 @ np.diag(df(W1 @ x)) @ W2


def slope_after_the_second_layer(W1, W2, x, df):
    return np.eye(len(x)) + np.diag(df(W2 @ (W1 @ x))) @ W2 @ W1


def slopes_at_x(W1, W2, x, df):
    return np.eye(len(x)) + W2 @ np.diag(df(x)) @ W1


def slopes_on_the_columns(W1, W2, x, df):
    return np.eye(len(x)) + W2 @ (df(W1 @ x) * W1)


def slopes_on_the_sum(W1, W2, x, df):
    return W2 @ np.diag(1 + df(W1 @ x)) @ W1


def identity_minus_the_branch(W1, W2, x, df):
    return np.eye(len(x)) - W2 @ np.diag(df(W1 @ x)) @ W1


def by_scaled_rows(W1, W2, x, df):
    return W2 @ (df(W1 @ x)[:, np.newaxis] * W1) + np.identity(x.size)


def column_by_column(W1, W2, x, df):
    slopes = df(W1 @ x)
    return np.stack([e + W2 @ (slopes * (W1 @ e)) for e in np.eye(len(x))], axis=1)


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    hints=(
        "The derivative of a sum is the sum of the derivatives. What is the Jacobian of the "
        "shortcut alone, and what that of the branch alone?",
        "The branch is two layers, one after the other: weights, slopes, weights. The chain rule "
        "puts the last one on the left.",
        "`np.eye(n)` is the Jacobian of the shortcut. The slopes stand between W2 and W1, at the "
        "pre-activations of the hidden layer: `np.diag` makes a matrix of them.",
    ),
    misconceptions=(
        Misconception(
            forgets_the_identity,
            "You returned J_F, the Jacobian of the branch alone. The shortcut carries x to y "
            "unchanged: its Jacobian is the identity, and it is added. A product with it "
            "changes nothing.",
        ),
        Misconception(
            adds_the_number_one,
            "You added the number 1, and numpy added it to every entry. The Jacobian of the "
            "shortcut is the identity: 1 on the diagonal, 0 elsewhere. `np.eye` makes it.",
        ),
        Misconception(
            adds_x_on_the_diagonal,
            "You put x on the diagonal. The derivative of x by x is 1, whatever x is.",
        ),
        Misconception(
            forgets_the_slopes,
            "The slopes of the hidden layer are missing: weights, slopes, weights. `df` gives "
            "them, at the pre-activations of the hidden layer.",
        ),
        Misconception(
            transposed,
            "Your J_F is transposed. Rows are outputs and columns are inputs; the transpose comes "
            "in when a gradient travels back.",
        ),
        Misconception(
            reversed_order,
            "You put W1 on the left. A change of x meets W1 first, so W1 stands on the right.",
        ),
        Misconception(
            slope_after_the_second_layer,
            "Your slopes stand after the second layer. In this block f comes between W1 and W2, "
            "and there is none after W2.",
        ),
        Misconception(
            slopes_at_x,
            "You took the slopes at x. f meets the pre-activations of the hidden layer: "
            "`df(W1 @ x)`.",
        ),
        Misconception(
            slopes_on_the_columns,
            "You multiplied the columns of W1 by the slopes. They belong to the hidden units, "
            "which are its rows: `df(z)[:, None] * W1`, or `np.diag(df(z)) @ W1`.",
        ),
        Misconception(
            slopes_on_the_sum,
            "You added 1 to the slopes. The 1 of the shortcut goes around the whole branch, W1 "
            "and W2 included: it is added at the very end, as the identity.",
        ),
        Misconception(
            identity_minus_the_branch,
            "You subtracted the branch. y is x plus the branch, so the Jacobians are added.",
        ),
    ),
    alternatives=(by_scaled_rows, column_by_column),
)
