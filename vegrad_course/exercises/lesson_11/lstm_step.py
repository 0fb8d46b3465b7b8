"""lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh): one step of an LSTM, in torch's layout."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_11._cells import torch_step, weights
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import pair


def cases(rng):
    expect = "The new h and c are those of torch.nn.LSTMCell with the same weights."
    yield Case("one input, one cell", question(rng, 1, 1), expect)
    yield Case("three inputs, four cells", question(rng, 3, 4), expect)
    yield Case("as many inputs as cells", question(rng, 5, 5), expect)
    full = question(rng, 2, 3) | {"c": rng.uniform(3, 6, 3) * np.array([1.0, -1.0, 1.0])}
    yield Case("cells that hold much, and an h that shows little", full, expect)
    yield Case("wide gates", question(rng, 3, 4, size=3.0), expect)


def question(rng, inputs, hidden, size=0.8):
    states = {"x": rng.normal(size=inputs), "h": rng.uniform(-0.9, 0.9, hidden)}
    return states | {"c": rng.normal(0, 1.5, hidden)} | weights(rng, 4, inputs, hidden, size)


def judge(case, outputs):
    h, c = torch_step("LSTMCell", case, "h", "c")
    return first_problem(compare(outputs, c, part="c"), compare(outputs, h, part="h"))


def forget_gate_first(x, h, c, W_ih, W_hh, b_ih, b_hh):
    f, i, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def candidate_last(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, o, g = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def forget_gate_first_candidate_last(x, h, c, W_ih, W_hh, b_ih, b_hh):
    f, i, o, g = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def interleaved(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (W_ih @ x + W_hh @ h + b_ih + b_hh).reshape(-1, 4).T
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def input_bias_twice(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + 2 * b_ih, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def hidden_bias_twice(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + 2 * b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def both_biases_twice(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + 2 * (b_ih + b_hh), 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def one_bias_only(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def no_bias(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def h_used_for_c(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * h + i * np.tanh(g)
    return o * np.tanh(c), c


def c_read_by_the_gates(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ c + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def states_swapped(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return c, o * np.tanh(c)


def no_lid(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * c, c


def shows_the_old_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    return o * np.tanh(c), f * c + i * np.tanh(g)


def candidate_with_sigmoid(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, g, o = 1 / (1 + np.exp(-np.stack([i, f, g, o])))
    c = f * c + i * g
    return o * np.tanh(c), c


def gates_with_tanh(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = np.tanh([i, f, o])
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def gates_without_sigmoid(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def never_forgets(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, _, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, o = 1 / (1 + np.exp(-np.stack([i, o])))
    c = c + i * np.tanh(g)
    return o * np.tanh(c), c


def one_minus_the_forget_gate(x, h, c, W_ih, W_hh, b_ih, b_hh):
    _, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    f, o = 1 / (1 + np.exp(-np.stack([f, o])))
    c = f * c + (1 - f) * np.tanh(g)
    return o * np.tanh(c), c


def squashes_the_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = np.tanh(f * c + i * np.tanh(g))
    return o * c, c


def keeps_one_minus_the_gate(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = (1 - f) * c + i * np.tanh(g)
    return o * np.tanh(c), c


def other_bias_only(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def bare_candidate(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(W_ih @ x + W_hh @ h + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * g
    return o * np.tanh(c), c


def product_the_other_way(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = np.split(x @ W_ih + h @ W_hh + b_ih + b_hh, 4)
    i, f, o = 1 / (1 + np.exp(-np.stack([i, f, o])))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


def gate_by_gate(x, h, c, W_ih, W_hh, b_ih, b_hh):
    H = len(h)
    i, f, g, o = (
        W_ih[k * H : (k + 1) * H] @ x
        + W_hh[k * H : (k + 1) * H] @ h
        + (b_ih + b_hh)[k * H : (k + 1) * H]
        for k in range(4)
    )
    new = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    return np.tanh(new) / (1 + np.exp(-o)), new


def stacked(x, h, c, W_ih, W_hh, b_ih, b_hh):
    z = np.hstack([W_ih, W_hh]) @ np.concatenate([x, h]) + b_ih + b_hh
    i, f, g, o = z.reshape(4, -1)
    i, f, o = 0.5 * (1 + np.tanh(0.5 * np.array([i, f, o])))
    new = f * c + i * np.tanh(g)
    return [o * np.tanh(new), new]


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=pair("h", "c"),
    hints=(
        "First all four pre-activations at once, as one long vector. Then cut it into four.",
        "z = W_ih @ x + b_ih + W_hh @ h + b_hh, and `np.split(z, 4)` gives i, f, g, o in torch's "
        "order. Three of them go through the sigmoid, g goes through tanh.",
        "The new cell is f * c + i * g. The new h is o times tanh of the *new* cell. Return h "
        "first, then c.",
    ),
    misconceptions=(
        Misconception(
            forget_gate_first,
            "You read the forget gate first. Papers often write it first, but torch stacks the "
            "gates as i, f, g, o: the input gate stands on top.",
        ),
        Misconception(
            candidate_last,
            "You read the gates as i, f, o, g. torch keeps the candidate g in third place and the "
            "output gate in the last: i, f, g, o.",
        ),
        Misconception(
            forget_gate_first_candidate_last,
            "You read the gates as f, i, o, g. In torch the order is i, f, g, o.",
        ),
        Misconception(
            interleaved,
            "You dealt the rows out like cards, one to each gate. The rows of one gate stand "
            "together: the first H rows are i, the next H are f, and so on. `np.split(z, 4)` cuts "
            "so.",
        ),
        Misconception(
            input_bias_twice,
            "You added b_ih twice and b_hh never. torch keeps two biases per gate, and each is "
            "added once.",
        ),
        Misconception(
            hidden_bias_twice,
            "You added b_hh twice and b_ih never. torch keeps two biases per gate, and each is "
            "added once.",
        ),
        Misconception(
            both_biases_twice,
            "Each bias came in twice. Add b_ih once, with the input, and b_hh once, with the "
            "state.",
        ),
        Misconception(
            one_bias_only,
            "b_hh is missing. torch keeps two biases, one with each matrix, and both are added.",
        ),
        Misconception(
            other_bias_only,
            "b_ih is missing. torch keeps two biases, one with each matrix, and both are added.",
        ),
        Misconception(
            no_bias,
            "Both biases are missing. Each gate has b_ih + b_hh besides the two products. The "
            "biases are what decides how open a gate is before it has learned anything.",
        ),
        Misconception(
            h_used_for_c,
            "The forget gate multiplied h. It keeps or drops what the *cell* holds: "
            "c' = f c + i g. The state h is only what the cell shows.",
        ),
        Misconception(
            c_read_by_the_gates,
            "The gates read c. They see the input x and the state h; the cell stays behind its "
            "output gate.",
        ),
        Misconception(
            states_swapped,
            "You returned c first and h second. The order is `h, c`, as in torch. Both are right "
            "otherwise.",
        ),
        Misconception(
            no_lid,
            "The new h is o times the bare cell. A cell can grow without limit, so the LSTM shows "
            "tanh of it: h = o tanh(c).",
        ),
        Misconception(
            shows_the_old_cell,
            "The new h shows the *old* cell. First the cell is updated, then it is shown: "
            "h = o tanh(new c).",
        ),
        Misconception(
            candidate_with_sigmoid,
            "You put g through the sigmoid. It is not a gate but the new content, and content must "
            "be able to be negative: use tanh.",
        ),
        Misconception(
            gates_with_tanh,
            "You put the gates through tanh. A gate says which share passes, so it lies between 0 "
            "and 1: use the sigmoid for i, f and o.",
        ),
        Misconception(
            gates_without_sigmoid,
            "Your gates are bare pre-activations. A gate is a share between 0 and 1: put i, f and "
            "o through the sigmoid.",
        ),
        Misconception(
            never_forgets,
            "The forget gate is missing: your cell only adds. That is the LSTM as it was first "
            "published, in 1997. The gate came three years later: c' = f c + i g.",
        ),
        Misconception(
            one_minus_the_forget_gate,
            "You used 1 - f in place of the input gate. The GRU couples the two in this way. In "
            "the LSTM i is a gate of its own.",
        ),
        Misconception(
            squashes_the_cell,
            "You put the new cell through tanh and kept that. Then each step would squash the cell "
            "again, and multiply the gradient by a slope. Only h is squashed; c stays as it is.",
        ),
        Misconception(
            keeps_one_minus_the_gate,
            "You kept the share 1 - f. The name misleads: f = 1 keeps, f = 0 forgets, so the new "
            "cell is f c + i g.",
        ),
        Misconception(
            bare_candidate,
            "Your candidate g is a bare pre-activation. Put it through tanh before the input gate "
            "lets it in.",
        ),
        Misconception(
            product_the_other_way,
            "You multiplied from the left, x @ W_ih. The rows of W_ih belong to the gates, so the "
            "matrix comes first: W_ih @ x, and W_hh @ h.",
        ),
    ),
    alternatives=(gate_by_gate, stacked),
)
