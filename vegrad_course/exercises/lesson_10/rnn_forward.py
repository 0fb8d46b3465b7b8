"""rnn_forward(W_h, W_x, b, xs, h_0): the states of a tanh network that reads a sequence."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_10._networks import SIZES, network, trajectory
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Row 0 is h_0. Row t is tanh(W_h h_{t-1} + W_x x_t + b), with the same weights always."
    for name, sizes in SIZES.items():
        yield Case(name, network(rng, *sizes), expect)


def judge(case, outputs):
    return compare(outputs, trajectory(case.inputs))


def leaves_out_the_start(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(np.tanh(W_h @ hs[-1] + W_x @ x + b))
    return np.array(hs[1:])


def only_the_last_state(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(np.tanh(W_h @ hs[-1] + W_x @ x + b))
    return hs[-1]


def forgets_the_past(W_h, W_x, b, xs, h_0):
    return np.array([h_0, *(np.tanh(W_x @ x + b) for x in xs)])


def always_from_the_start(W_h, W_x, b, xs, h_0):
    return np.array([h_0, *(np.tanh(W_h @ h_0 + W_x @ x + b) for x in xs)])


def forgets_tanh(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(W_h @ hs[-1] + W_x @ x + b)
    return np.array(hs)


def forgets_the_bias(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(np.tanh(W_h @ hs[-1] + W_x @ x))
    return np.array(hs)


def bias_added_twice(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(np.tanh(W_h @ hs[-1] + W_x @ x + 2 * b))
    return np.array(hs)


def transposed_recurrence(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(np.tanh(W_h.T @ hs[-1] + W_x @ x + b))
    return np.array(hs)


def tanh_of_the_state_first(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(W_h @ np.tanh(hs[-1]) + W_x @ x + b)
    return np.array(hs)


def backwards_in_time(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs[::-1]:
        hs.append(np.tanh(W_h @ hs[-1] + W_x @ x + b))
    return np.array(hs)


def input_outside_tanh(W_h, W_x, b, xs, h_0):
    hs = [h_0]
    for x in xs:
        hs.append(np.tanh(W_h @ hs[-1]) + W_x @ x + b)
    return np.array(hs)


def starts_from_zero(W_h, W_x, b, xs, h_0):
    hs = [0 * h_0]
    for x in xs:
        hs.append(np.tanh(W_h @ hs[-1] + W_x @ x + b))
    return np.array(hs)


def into_an_array(W_h, W_x, b, xs, h_0):
    hs = np.empty((len(xs) + 1, len(h_0)))
    hs[0], drive = h_0, xs @ W_x.T + b
    for t in range(len(xs)):
        hs[t + 1] = np.tanh(drive[t] + hs[t] @ W_h.T)
    return hs


def one_wide_matrix(W_h, W_x, b, xs, h_0):
    hs, W = [h_0], np.hstack([W_h, W_x])
    for x in xs:
        hs.append(np.tanh(W @ np.concatenate([hs[-1], x]) + b))
    return hs


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Begin with a list that holds `h_0`. Each step needs the last state of the list and one "
        "row of `xs`.",
        "Go through `xs` row by row: `for x in xs`. The old state is `hs[-1]`.",
        "One step is `np.tanh(W_h @ hs[-1] + W_x @ x + b)`. Append it; at the end return the list "
        "as one array with `np.array`.",
    ),
    misconceptions=(
        Misconception(
            leaves_out_the_start,
            "Your states are right, but h_0 is missing. There are T+1 states: put `h_0` in row 0, "
            "because the gradient will travel back to it too.",
        ),
        Misconception(
            only_the_last_state,
            "You return h_T alone. Backpropagation needs every state on the way: keep them all, "
            "one row per state.",
        ),
        Misconception(
            forgets_the_past,
            "Your states do not depend on the state before, so the network cannot remember. Add "
            "`W_h @ hs[-1]` inside tanh.",
        ),
        Misconception(
            always_from_the_start,
            "Every step of yours starts from h_0 again. The state of the step before goes in: "
            "`hs[-1]`, the last of your list.",
        ),
        Misconception(
            forgets_tanh,
            "You add up, but never apply tanh. Without it the network is linear, and its states "
            "leave the range from -1 to 1.",
        ),
        Misconception(
            forgets_the_bias,
            "The bias is missing. Add `b` inside tanh, at every step.",
        ),
        Misconception(
            bias_added_twice,
            "Your bias counts twice: once with the state and once with the input. torch.nn.RNN has "
            "two biases and adds them; here `b` is their sum already.",
        ),
        Misconception(
            transposed_recurrence,
            "You multiplied by the transpose of W_h. W_h is square, so no shape warns you. A state "
            "is a vector: `W_h @ h`. For rows it would be `h @ W_h.T`.",
        ),
        Misconception(
            tanh_of_the_state_first,
            "Your tanh stands around the old state only. Add up first, then apply tanh to the "
            "whole sum: the result is the new state.",
        ),
        Misconception(
            backwards_in_time,
            "You read the sequence from its end. The first row of `xs` is x_1, and it makes h_1.",
        ),
        Misconception(
            input_outside_tanh,
            "The input and the bias stand outside tanh. All three terms belong inside.",
        ),
        Misconception(
            starts_from_zero,
            "You start from zero. Start from the `h_0` that was given: it is the memory of what "
            "came before.",
        ),
    ),
    alternatives=(into_an_array, one_wide_matrix),
)
