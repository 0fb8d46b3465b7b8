"""rnn_bptt(W_h, xs, hs, g_hs): gradients of the weights by backpropagation through time."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_10._networks import (
    SIZES,
    network,
    trajectory,
    weight_gradients,
)
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import NotPlain, call

NAMES = ("dW_h", "dW_x", "db")


def cases(rng):
    expect = "The same weights act at every step, so their gradients are summed over all steps."
    for name, sizes in SIZES.items():
        net = network(rng, *sizes)
        hs = trajectory(net)
        g_hs = rng.normal(0, 1, hs[1:].shape)
        yield _case(name, net, hs, g_hs, expect)
    only_last = np.zeros_like(g_hs)
    only_last[-1] = g_hs[-1]
    yield _case("the loss looks at the last state only", net, hs, only_last, expect)


def _case(name, net, hs, g_hs, expect):
    asked = {"W_h": net["W_h"], "xs": net["xs"], "hs": hs, "g_hs": g_hs}
    return Case(name, asked, expect)


def collect(answer, case):
    returned = call(answer, case)
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        raise NotPlain("Return three things, `dW_h, dW_x, db`, in this order.")
    return dict(zip(NAMES, returned, strict=True))


def judge(case, outputs):
    dW_h, dW_x, db = weight_gradients(_network(case), case["g_hs"])
    expected = dW_h, dW_x[:, : case["xs"].shape[1]], db
    return first_problem(
        *(compare(outputs, g, part=part) for part, g in zip(NAMES, expected, strict=True))
    )


def _network(case):
    """A network with these states, for torch, which needs all weights.

    Each input is widened by a unit vector of its step. Its weights hold what z_t has beside
    W_h h_{t-1}, so those of the inputs themselves, and b, may be zero: their gradients stay.
    """
    W_h, xs, hs = case["W_h"], case["xs"], case["hs"]
    rest = np.arctanh(hs[1:]) - hs[:-1] @ W_h.T
    return {
        "W_h": W_h,
        "W_x": np.hstack([np.zeros((len(W_h), xs.shape[1])), rest.T]),
        "b": np.zeros(len(W_h)),
        "xs": np.hstack([xs, np.eye(len(xs))]),
        "h_0": hs[0],
    }


def detached_state(W_h, xs, hs, g_hs):
    g_zs = (1 - hs[1:] ** 2) * g_hs
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def last_step_only(W_h, xs, hs, g_hs):
    g = (1 - hs[-1] ** 2) * g_hs[-1]
    return np.outer(g, hs[-2]), np.outer(g, xs[-1]), g


def loss_of_the_last_step_only(W_h, xs, hs, g_hs):
    late = 0 * g_hs
    late[-1] = g_hs[-1]
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (late[t] + carried)
        carried = W_h.T @ g_zs[t]
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def no_accumulation(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return np.outer(g_zs[0], hs[0]), np.outer(g_zs[0], xs[0]), g_zs[0]


def slope_of_the_step_before(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def newer_state_in_the_product(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return g_zs.T @ hs[1:], g_zs.T @ xs, g_zs.sum(axis=0)


def outer_product_turned(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return hs[:-1].T @ g_zs, xs.T @ g_zs, g_zs.sum(axis=0)


def dW_h_turned(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return hs[:-1].T @ g_zs, g_zs.T @ xs, g_zs.sum(axis=0)


def slopes_of_the_old_states(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_h = g_hs[t] + carried
        carried = W_h.T @ ((1 - hs[t + 1] ** 2) * g_h)
        g_zs[t] = (1 - hs[t] ** 2) * g_h
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def mean_over_time(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    g_zs = g_zs / len(xs)
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def forgets_the_transpose(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h @ g_zs[t]
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def forgets_the_slope(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = g_hs[t] + carried
        carried = W_h.T @ g_zs[t]
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def slope_forgotten_at_the_end(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    g_zs = g_zs / (1 - hs[1:] ** 2)
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs.sum(axis=0)


def bias_per_step(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return g_zs.T @ hs[:-1], g_zs.T @ xs, g_zs


def inputs_first(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return g_zs.T @ xs, g_zs.T @ hs[:-1], g_zs.sum(axis=0)


def step_by_step(W_h, xs, hs, g_hs):
    dW_h, dW_x, db = np.zeros_like(W_h), np.zeros((len(W_h), xs.shape[1])), np.zeros(len(W_h))
    g = np.zeros(len(W_h))
    for t in range(len(xs), 0, -1):
        g_z = (1 - hs[t] ** 2) * (g_hs[t - 1] + g)
        dW_h += np.outer(g_z, hs[t - 1])
        dW_x += np.outer(g_z, xs[t - 1])
        db += g_z
        g = W_h.T @ g_z
    return [dW_h, dW_x, db]


def by_einsum(W_h, xs, hs, g_hs):
    g_zs, carried = np.empty_like(g_hs), 0
    for t in range(len(g_hs) - 1, -1, -1):
        g_zs[t] = (1 - hs[t + 1] ** 2) * (g_hs[t] + carried)
        carried = W_h.T @ g_zs[t]
    return np.einsum("ti,tj->ij", g_zs, hs[:-1]), np.einsum("ti,tj->ij", g_zs, xs), g_zs.sum(0)


exercise = Exercise(
    points=5,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "You have the gradient at every state. Take it one move further back, through tanh, to the "
        "gradient at z_t. Then ask what one step does with its weights.",
        "At step t, z_t = W_h h_{t-1} + W_x x_t + b. So this step gives W_h the outer product of "
        "the gradient at z_t with h_{t-1}, W_x the one with x_t, and b the gradient at z_t itself. "
        "The same weights act at every step: sum.",
        "With `g_zs = (1 - hs[1:]**2) * state_gradients(W_h, hs, g_hs)[1:]`, one row per step, the "
        "sum of all outer products is a matrix product: `g_zs.T @ hs[:-1]`.",
    ),
    misconceptions=(
        Misconception(
            detached_state,
            "Your gradients stop at the state: each step learns from its own loss only, as with "
            "`h = h.detach()`. Nothing that happens later can teach an earlier step. Use the full "
            "gradient at every state, from `state_gradients`.",
        ),
        Misconception(
            last_step_only,
            "You took the last step only. The same weights acted at every step before it, too: the "
            "gradient is a sum over all T of them.",
        ),
        Misconception(
            loss_of_the_last_step_only,
            "You carry the gradient back from the last step, but leave out what the loss says of "
            "earlier states. Every row of `g_hs` counts.",
        ),
        Misconception(
            no_accumulation,
            "You keep the contribution of step 1 alone. Did each step overwrite the one before, "
            "`dW = ...` where `dW = dW + ...` is due? The contributions add up over time.",
        ),
        Misconception(
            slope_of_the_step_before,
            "The slope of tanh is taken at the wrong step. z_t goes through tanh and becomes h_t, "
            "so its slope is 1 - h_t**2: `hs[1:]`, not `hs[:-1]`.",
        ),
        Misconception(
            newer_state_in_the_product,
            "Your dW_h multiplies with h_t. What W_h met at step t was the state before, h_{t-1}: "
            "`hs[:-1]`.",
        ),
        Misconception(
            outer_product_turned,
            "Your matrices are transposed. Row i of a weight gradient belongs to unit i of z: the "
            "gradient at z comes first in the outer product.",
        ),
        Misconception(
            dW_h_turned,
            "Your dW_h is transposed. It is square, so no shape warns you. Row i belongs to unit "
            "i of z: the gradient at z comes first in the outer product, `g_zs.T @ hs[:-1]`.",
        ),
        Misconception(
            slopes_of_the_old_states,
            "Your gradients at the states are right; the slopes that take them to z_t are those "
            "of the states before. z_t becomes h_t: use `1 - hs[1:]**2`.",
        ),
        Misconception(
            mean_over_time,
            "You took the mean over the steps. The loss is what it is: its gradient is the sum.",
        ),
        Misconception(
            forgets_the_transpose,
            "On the way back you multiplied by W_h. A gradient needs `W_h.T`; W_h is square, so no "
            "shape warns you.",
        ),
        Misconception(
            forgets_the_slope,
            "tanh is missing on the way back. Multiply by 1 - h_t**2 at every step.",
        ),
        Misconception(
            slope_forgotten_at_the_end,
            "You used the gradients at the states h_t. The weights stand before tanh: take the "
            "gradients one move further, to z_t, by multiplying with 1 - h_t**2.",
        ),
        Misconception(
            bias_per_step,
            "Your db has one row per step. There is one bias for all steps: sum over time.",
        ),
        Misconception(
            inputs_first,
            "The three gradients are right, in another order. Return dW_h, dW_x, db.",
        ),
    ),
    alternatives=(step_by_step, by_einsum),
)
