"""state_gradients(W_h, hs, g_hs): the gradient reaching every state, one sweep back in time."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_10._networks import (
    SIZES,
    gradients_at_states,
    network,
    trajectory,
)
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Row t is dC/dh_t: the loss's own gradient at h_t, plus what comes back from h_{t+1}."
    for name, sizes in SIZES.items():
        net = network(rng, *sizes)
        hs = trajectory(net)
        g_hs = rng.normal(0, 1, hs[1:].shape)
        yield Case(name, {"W_h": net["W_h"], "hs": hs, "g_hs": g_hs}, expect)
    only_last = g_hs.copy()
    only_last[:-1] = 0
    last = {"W_h": net["W_h"], "hs": hs, "g_hs": only_last}
    yield Case("the loss looks at the last state only", last, expect)


def judge(case, outputs):
    return compare(outputs, gradients_at_states(case["W_h"], case["hs"], case["g_hs"]), atol=1e-12)


def detached_state(W_h, hs, g_hs):
    return np.vstack([W_h.T @ ((1 - hs[1] ** 2) * g_hs[0]), g_hs])


def nothing_carried(W_h, hs, g_hs):
    return np.vstack([0 * hs[0], g_hs])


def last_step_only(W_h, hs, g_hs):
    late = 0 * g_hs
    late[-1] = g_hs[-1]
    g = np.vstack([np.zeros(hs.shape[1]), late])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - hs[t] ** 2) * g[t])
    return g


def slope_of_the_step_before(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - hs[t - 1] ** 2) * g[t])
    return g


def forgets_the_transpose(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h @ ((1 - hs[t] ** 2) * g[t])
    return g


def forgets_the_slope(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ g[t]
    return g


def slope_after_the_weights(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + (1 - hs[t] ** 2) * (W_h.T @ g[t])
    return g


def rows_of_g_hs_shifted(W_h, hs, g_hs):
    T = len(g_hs)
    g = np.zeros_like(hs)
    g[T] = g_hs[T - 1]
    for t in range(T - 1, -1, -1):
        g[t] = g_hs[t] + W_h.T @ ((1 - hs[t + 1] ** 2) * g[t + 1])
    return g


def start_gets_the_last_row(W_h, hs, g_hs):
    g = np.zeros_like(hs)
    g[-1] = g_hs[-1]
    for t in range(len(g_hs) - 1, -1, -1):
        g[t] = g_hs[t - 1] + W_h.T @ ((1 - hs[t + 1] ** 2) * g[t + 1])
    return g


def slope_without_the_square(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - hs[t]) * g[t])
    return g


def tanh_of_tanh(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - np.tanh(hs[t]) ** 2) * g[t])
    return g


def sigmoid_slope(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ (hs[t] * (1 - hs[t]) * g[t])
    return g


def forward_in_time(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(1, len(g_hs) + 1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - hs[t] ** 2) * g[t])
    return g


def last_first(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - hs[t] ** 2) * g[t])
    return g[::-1]


def leaves_out_the_start(W_h, hs, g_hs):
    g = np.vstack([np.zeros(hs.shape[1]), g_hs])
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + W_h.T @ ((1 - hs[t] ** 2) * g[t])
    return g[1:]


def changes_g_hs(W_h, hs, g_hs):
    for t in range(len(g_hs) - 1, 0, -1):
        g_hs[t - 1] += W_h.T @ ((1 - hs[t + 1] ** 2) * g_hs[t])
    return np.vstack([W_h.T @ ((1 - hs[1] ** 2) * g_hs[0]), g_hs])


def by_rows(W_h, hs, g_hs):
    g, rows = np.zeros(hs.shape[1]), []
    for own, h in zip(g_hs[::-1], hs[:0:-1], strict=True):
        rows.append(own + g)
        g = (rows[-1] * (1 - h**2)) @ W_h
    return np.array([g, *rows[::-1]])


def by_jacobians(W_h, hs, g_hs):
    g = [0 * hs[0], *g_hs]
    for t in range(len(g_hs), 0, -1):
        g[t - 1] = g[t - 1] + (np.diag(1 - hs[t] ** 2) @ W_h).T @ g[t]
    return g


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    hints=(
        "Begin at the end. Nothing comes after h_T, so its gradient is the last row of `g_hs`.",
        "A state acts on the loss in two ways: by itself, and through the next state. Add the two. "
        "The second is the transposed Jacobian of the next step, times the gradient there.",
        "Make `g` with a row of zeros on top of a copy of `g_hs`. Then for t from T down to 1: "
        "`g[t-1] = g[t-1] + W_h.T @ ((1 - hs[t]**2) * g[t])`.",
    ),
    misconceptions=(
        Misconception(
            changes_g_hs,
            "Your code writes into `g_hs`, which belongs to the caller. Copy it first, for example "
            "with `np.vstack([zeros, g_hs])`.",
        ),
        Misconception(
            detached_state,
            "Only h_0 receives something from later; every other state is cut off from its future. "
            "This is what `h = h.detach()` at each step does. The gradient must run on: use the "
            "full gradient at h_t, not the row of `g_hs`, for each step back.",
        ),
        Misconception(
            nothing_carried,
            "Nothing comes back from later states: you return `g_hs` under a row of zeros. h_t "
            "also acts through h_{t+1}: add the transposed Jacobian times the gradient there.",
        ),
        Misconception(
            last_step_only,
            "You start at the last step and carry its gradient back well, but what the loss says "
            "of earlier states is lost. Add the row of `g_hs` at every step.",
        ),
        Misconception(
            slope_of_the_step_before,
            "The slope is taken one step too early. The step from h_{t-1} to h_t ends with a tanh "
            "whose output is h_t, so its slope is 1 - h_t**2: the newer of the two states.",
        ),
        Misconception(
            forgets_the_transpose,
            "You multiplied by W_h, which carries states forward in time. A gradient goes back, "
            "and needs `W_h.T`. W_h is square, so no shape warns you.",
        ),
        Misconception(
            forgets_the_slope,
            "Your gradient passes through W_h but not through tanh. Multiply it by 1 - h_t**2 "
            "before you apply `W_h.T`.",
        ),
        Misconception(
            slope_after_the_weights,
            "You applied `W_h.T` first and the slope after it. Going back you meet tanh first.",
        ),
        Misconception(
            rows_of_g_hs_shifted,
            "You added row t of `g_hs` to the gradient of h_t. The first row is g_1, so row t - 1 "
            "belongs to h_t, and h_0 has none.",
        ),
        Misconception(
            start_gets_the_last_row,
            "Your h_0 received the last row of `g_hs`: at t = 0 the index t - 1 is -1, and Python "
            "counts that from the end. The loss does not look at h_0: add nothing there.",
        ),
        Misconception(
            slope_without_the_square,
            "You used 1 - h for the slope. The slope of tanh is 1 - h**2.",
        ),
        Misconception(
            tanh_of_tanh,
            "You took tanh of a state. A state is a tanh already: its slope is 1 - h**2.",
        ),
        Misconception(
            sigmoid_slope,
            "h (1 - h) is the slope of the sigmoid. These states come from tanh: 1 - h**2.",
        ),
        Misconception(
            forward_in_time,
            "Your loop runs forward in time, so the gradient at h_t is not finished when you use "
            "it. Start at t = T and go down to 1.",
        ),
        Misconception(
            last_first,
            "Your gradients are right, in the order in which you met them: the last state first. "
            "Row t must belong to h_t, so turn them round.",
        ),
        Misconception(
            leaves_out_the_start,
            "The gradient at h_0 is missing. There are T+1 states, h_0 to h_T: one row for each.",
        ),
    ),
    alternatives=(by_rows, by_jacobians),
)
