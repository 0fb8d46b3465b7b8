"""gru_step(x, h, W_ih, W_hh, b_ih, b_hh): one step of a GRU, in torch's layout."""

import numpy as np

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_11._cells import torch_step, weights
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "The new h is that of torch.nn.GRUCell with the same weights."
    yield Case("one input, one unit", question(rng, 1, 1), expect)
    yield Case("three inputs, four units", question(rng, 3, 4), expect)
    yield Case("as many inputs as units", question(rng, 5, 5), expect)
    yield Case("wide gates", question(rng, 2, 3, size=2.0), expect)


def question(rng, inputs, hidden, size=0.8):
    states = {"x": rng.normal(size=inputs), "h": rng.uniform(-0.9, 0.9, hidden)}
    return states | weights(rng, 3, inputs, hidden, size)


def judge(case, outputs):
    return compare(outputs, torch_step("GRUCell", case, "h")[0])


def update_gate_reversed(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return z * n + (1 - z) * h


def update_gate_first(x, h, W_ih, W_hh, b_ih, b_hh):
    z_x, r_x, n_x = np.split(W_ih @ x + b_ih, 3)
    z_h, r_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


def candidate_first(x, h, W_ih, W_hh, b_ih, b_hh):
    n_x, r_x, z_x = np.split(W_ih @ x + b_ih, 3)
    n_h, r_h, z_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


def reset_before_the_product(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, _ = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n_h = np.split(W_hh @ (r * h) + b_hh, 3)[2]
    n = np.tanh(n_x + n_h)
    return (1 - z) * n + z * h


def bias_outside_the_reset(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    b_n = np.split(b_hh, 3)[2]
    n = np.tanh(n_x + b_n + r * (n_h - b_n))
    return (1 - z) * n + z * h


def no_reset(x, h, W_ih, W_hh, b_ih, b_hh):
    _, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    _, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    z = 1 / (1 + np.exp(-z_x - z_h))
    n = np.tanh(n_x + n_h)
    return (1 - z) * n + z * h


def reset_on_the_whole_candidate(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(r * (n_x + n_h))
    return (1 - z) * n + z * h


def candidate_with_sigmoid(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = 1 / (1 + np.exp(-n_x - r * n_h))
    return (1 - z) * n + z * h


def one_bias_only(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


def input_bias_twice(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_ih, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


def other_bias_only(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


def product_the_other_way(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(x @ W_ih + b_ih, 3)
    r_h, z_h, n_h = np.split(h @ W_hh + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


def adds_like_an_lstm(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, z_x, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, z_h, n_h = np.split(W_hh @ h + b_hh, 3)
    r, z = 1 / (1 + np.exp(-np.stack([r_x + r_h, z_x + z_h])))
    n = np.tanh(n_x + r * n_h)
    return z * h + n


def returns_the_candidate(x, h, W_ih, W_hh, b_ih, b_hh):
    r_x, _, n_x = np.split(W_ih @ x + b_ih, 3)
    r_h, _, n_h = np.split(W_hh @ h + b_hh, 3)
    r = 1 / (1 + np.exp(-r_x - r_h))
    return np.tanh(n_x + r * n_h)


def as_a_step_towards_the_candidate(x, h, W_ih, W_hh, b_ih, b_hh):
    from_x, from_h = (W_ih @ x + b_ih).reshape(3, -1), (W_hh @ h + b_hh).reshape(3, -1)
    r, z = 1 / (1 + np.exp(-(from_x + from_h)[:2]))
    return h + (1 - z) * (np.tanh(from_x[2] + r * from_h[2]) - h)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "Keep the part that comes from x and the part that comes from h apart: the reset gate "
        "touches only the second.",
        "Split W_ih @ x + b_ih into three, and W_hh @ h + b_hh into three. r and z are sigmoids of "
        "the sums of their two parts.",
        "n = tanh(its part from x + r * its part from h). The new h is (1 - z) * n + z * h.",
    ),
    misconceptions=(
        Misconception(
            update_gate_reversed,
            "Your update gate works the other way round: it is 1 where the new comes in. Papers "
            "use both conventions. In torch z = 1 *keeps* the old state: h' = (1 - z) n + z h.",
        ),
        Misconception(
            update_gate_first,
            "You read the update gate first. torch stacks r, z, n: the reset gate stands on top.",
        ),
        Misconception(
            candidate_first,
            "You read the candidate first. torch stacks r, z, n: reset gate, update gate, "
            "candidate.",
        ),
        Misconception(
            reset_before_the_product,
            "You reset h before the product with W_hn. The first paper does that. torch resets "
            "after it, r * (W_hn h + b_hn), which lets one product serve all three blocks.",
        ),
        Misconception(
            bias_outside_the_reset,
            "The bias b_hn stands outside the reset gate. In torch r multiplies the whole part "
            "from the state, with its bias: r * (W_hn h + b_hn). This is why the GRU needs two "
            "biases.",
        ),
        Misconception(
            no_reset,
            "The reset gate is missing: your candidate always sees the whole state. It sees "
            "r * (W_hn h + b_hn).",
        ),
        Misconception(
            reset_on_the_whole_candidate,
            "Your reset gate also shuts out the input. It touches the part from the state only.",
        ),
        Misconception(
            candidate_with_sigmoid,
            "You put the candidate through the sigmoid. It is content, not a gate, and must be "
            "able to be negative: use tanh.",
        ),
        Misconception(
            one_bias_only,
            "b_hh is missing. torch keeps two biases, one with each matrix.",
        ),
        Misconception(
            other_bias_only,
            "b_ih is missing. torch keeps two biases, one with each matrix.",
        ),
        Misconception(
            product_the_other_way,
            "You multiplied from the left, x @ W_ih. The rows of W_ih belong to the gates, so the "
            "matrix comes first: W_ih @ x, and W_hh @ h.",
        ),
        Misconception(
            input_bias_twice,
            "You added b_ih with both products. The second product has its own bias, b_hh.",
        ),
        Misconception(
            adds_like_an_lstm,
            "You added the whole candidate. That is how a cell of an LSTM works, where the input "
            "gate decides. The GRU has no input gate: it takes the share 1 - z of the candidate.",
        ),
        Misconception(
            returns_the_candidate,
            "You returned the candidate n. It is still to be mixed with the old state: "
            "(1 - z) n + z h. That mix is what carries the gradient.",
        ),
    ),
    alternatives=(as_a_step_towards_the_candidate,),
)
