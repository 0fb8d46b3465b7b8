"""rezero_gradients(x, W1, W2, alpha, g): the gradients by x and by alpha of a ReZero block."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import pair


def cases(rng):
    expect = (
        "gx is what the shortcut brings back plus alpha times what the branch brings back; "
        "galpha is the gradient meeting the output of the branch."
    )
    yield Case("alpha = 0.5", _inputs(rng, 4, 6, 0.5), expect)
    yield Case("a negative alpha", _inputs(rng, 5, 5, -0.8), expect)
    yield Case("few hidden units", _inputs(rng, 5, 3, 1.5), expect)
    expect = "At alpha = 0 gx is g itself, and galpha is not 0: this is how the block wakes up."
    yield Case("at the start, alpha = 0", _inputs(rng, 4, 6, 0.0), expect)


def _inputs(rng, n, m, alpha):
    W1, x = rng.normal(size=(m, n)), rng.normal(size=n)
    W1[0] *= -np.sign(W1[0] @ x)  # unit 0 is off
    W1[1] *= np.sign(W1[1] @ x)  # and unit 1 is on
    g = rng.normal(size=n)
    return {"x": x, "W1": W1, "W2": rng.normal(size=(n, m)), "alpha": alpha, "g": g}


def judge(case, outputs):
    import torch

    x, alpha = (torch.tensor(case[n], dtype=torch.float64) for n in ("x", "alpha"))
    W1, W2, g = (torch.tensor(case[name]) for name in ("W1", "W2", "g"))
    x.requires_grad_(), alpha.requires_grad_()
    y = x + alpha * (W2 @ torch.relu(W1 @ x))
    by_x, by_alpha = torch.autograd.grad(y, (x, alpha), g)
    return first_problem(
        compare(outputs, by_x.numpy(), part="gx", atol=1e-12),
        compare(outputs, by_alpha.numpy(), part="galpha", atol=1e-12),
    )


def alpha_twice(x, W1, W2, alpha, g):
    z = W1 @ x
    return g + alpha * W1.T @ ((z > 0) * (W2.T @ g)), alpha * g @ (W2 @ np.maximum(z, 0))


def forgets_the_shortcut(x, W1, W2, alpha, g):
    z = W1 @ x
    return alpha * W1.T @ ((z > 0) * (W2.T @ g)), g @ (W2 @ np.maximum(z, 0))


def adds_the_number_one(x, W1, W2, alpha, g):
    z = W1 @ x
    return 1 + alpha * W1.T @ ((z > 0) * (W2.T @ g)), g @ (W2 @ np.maximum(z, 0))


def forgets_alpha(x, W1, W2, alpha, g):
    z = W1 @ x
    return g + W1.T @ ((z > 0) * (W2.T @ g)), g @ (W2 @ np.maximum(z, 0))


def alpha_on_both_paths(x, W1, W2, alpha, g):
    z = W1 @ x
    return alpha * (g + W1.T @ ((z > 0) * (W2.T @ g))), g @ (W2 @ np.maximum(z, 0))


def no_slopes(x, W1, W2, alpha, g):
    return g + alpha * W1.T @ (W2.T @ g), g @ (W2 @ np.maximum(W1 @ x, 0))


def without_transposes(x, W1, W2, alpha, g):
    z = W1 @ x
    return g + alpha * W2 @ ((z > 0) * (W1 @ g)), g @ (W2 @ np.maximum(z, 0))


def adds_up_the_branch(x, W1, W2, alpha, g):
    z = W1 @ x
    return g + alpha * W1.T @ ((z > 0) * (W2.T @ g)), np.sum(W2 @ np.maximum(z, 0))


def one_alpha_gradient_per_unit(x, W1, W2, alpha, g):
    z = W1 @ x
    return g + alpha * W1.T @ ((z > 0) * (W2.T @ g)), g * (W2 @ np.maximum(z, 0))


def branch_without_relu(x, W1, W2, alpha, g):
    z = W1 @ x
    return g + alpha * W1.T @ ((z > 0) * (W2.T @ g)), g @ (W2 @ z)


def meets_the_whole_output(x, W1, W2, alpha, g):
    z = W1 @ x
    F = W2 @ np.maximum(z, 0)
    return g + alpha * W1.T @ ((z > 0) * (W2.T @ g)), g @ (x + alpha * F)


def by_the_jacobian(x, W1, W2, alpha, g):
    on = (W1 @ x > 0).astype(float)
    J_F = W2 @ np.diag(on) @ W1
    return g @ (np.eye(len(x)) + alpha * J_F), np.dot(J_F @ x, g)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=pair("gx", "galpha"),
    hints=(
        "Two questions, one formula: y = x + alpha F(x). How does the loss change with x, along "
        "two paths? How does it change with alpha, with x held fixed?",
        "x: the shortcut hands g on unchanged. The branch multiplies by alpha and by the "
        "transposed Jacobian: W2.T, then the slopes of ReLU, then W1.T. The two are added.",
        "alpha is one number that multiplies all of F, so its gradient is one number: the sum of "
        "g times F, entry by entry. There is no alpha left in it.",
    ),
    misconceptions=(
        Misconception(
            alpha_twice,
            "Your gradient by alpha still holds alpha. The derivative of alpha F by alpha is F. "
            "Look at the start, alpha = 0: your gradient is 0 there, so the block would sleep for "
            "ever. The true one is not.",
        ),
        Misconception(
            forgets_the_shortcut,
            "Your gx has only the part that came through the branch. The shortcut brings g back "
            "unchanged, and it is added. At alpha = 0 yours is 0, and the gradient stops here.",
        ),
        Misconception(
            adds_the_number_one,
            "You added the number 1 for the shortcut. Its Jacobian is the identity, and the "
            "identity times g is g: add g.",
        ),
        Misconception(
            forgets_alpha,
            "Your gx has the whole branch in it. The block uses alpha times the branch, so what "
            "comes back through it is multiplied by alpha too.",
        ),
        Misconception(
            alpha_on_both_paths,
            "You multiplied the shortcut by alpha as well. Nothing stands on the shortcut: g comes "
            "back as it is.",
        ),
        Misconception(
            no_slopes,
            "The slopes of ReLU are missing: a hidden unit that is off sends nothing back. "
            "Multiply by `W1 @ x > 0` between the two transposes.",
        ),
        Misconception(
            without_transposes,
            "You sent the gradient back through the weights as they are. Going back it meets the "
            "transposes, last layer first: W2.T, slopes, W1.T.",
        ),
        Misconception(
            adds_up_the_branch,
            "You summed F without g. A change of alpha moves each output by its F; how much the "
            "loss cares is the gradient there. Multiply by g before you sum.",
        ),
        Misconception(
            one_alpha_gradient_per_unit,
            "You returned one number per unit. alpha is a single number that acts on all units, "
            "so its effects on the loss add up: sum them.",
        ),
        Misconception(
            branch_without_relu,
            "The ReLU is missing in the F of your gradient by alpha: F(x) = W2 relu(W1 x).",
        ),
        Misconception(
            meets_the_whole_output,
            "You took g with the whole output y. The shortcut does not depend on alpha: only F "
            "does.",
        ),
    ),
    alternatives=(by_the_jacobian,),
)
