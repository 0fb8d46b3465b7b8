"""The gates of an LSTM in time, and the gradient that its cells carry back from the last step.

One draw of weights and one sequence are kept: the sliders set the forget bias, the number of
steps, and how strongly the gates listen to what they read.
"""

from functools import cache
from math import log, sqrt

import numpy as np

from vegrad_course.reference.gated import CellWeights, lstm_bptt, lstm_forward
from vegrad_course.reference.recurrent import rnn_forward, state_gradients
from vegrad_course.reference.smooth import sigmoid
from vegrad_course.scenes.model import Axis, Figure, Line, Panel, Points, Rule, Slider

CELLS, LONGEST = 8, 150
BIASES = np.linspace(-2, 8, 41)


@cache
def base() -> tuple[CellWeights, np.ndarray, np.ndarray]:
    """Standard weights without biases, a sequence (150, 2), and a gradient of length 1."""
    rng = np.random.default_rng(11)
    W_ih = rng.normal(size=(4 * CELLS, 2))
    W_hh = rng.normal(size=(4 * CELLS, CELLS)) / sqrt(CELLS)
    xs, g = rng.normal(size=(LONGEST, 2)), rng.normal(size=CELLS)
    zero = np.zeros(4 * CELLS)
    return CellWeights(W_ih, W_hh, zero, zero), xs, g / np.linalg.norm(g)


def at(bias: float, strength: float) -> CellWeights:
    """The weights times `strength`; b_ih gives the forget gates their bias."""
    weights, _, _ = base()
    b_ih = np.zeros(4 * CELLS)
    b_ih[CELLS : 2 * CELLS] = bias
    return CellWeights(strength * weights.W_ih, strength * weights.W_hh, b_ih, weights.b_hh)


def carried(bias: float, steps: int, strength: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gates (steps, 4, cells), and log10 norms for k = 0..steps: along all paths, cells alone."""
    _, xs, g = base()
    weights, zero, xs = at(bias, strength), np.zeros(CELLS), xs[:steps]
    record = lstm_forward(xs, zero, zero, weights)
    gates = record.gates.reshape(steps, 4, CELLS)
    gradients = lstm_bptt(xs, record, weights, np.zeros((steps, CELLS)), g).cs
    fs = np.concatenate([gates[:, 1], np.ones((1, CELLS))])
    alone = g * np.cumprod(fs[::-1], axis=0)  # the product of the last k gates, for every k
    return gates, log10_norm(gradients[::-1]), log10_norm(alone)


def plain(steps: int, strength: float) -> np.ndarray:
    """log10 norms for k = 0..steps in a tanh network with the weights of the candidate g."""
    weights, xs, g = base()
    W_x, W_h = (strength * part[2 * CELLS : 3 * CELLS] for part in (weights.W_ih, weights.W_hh))
    hs = rnn_forward(W_h, W_x, np.zeros(CELLS), xs[:steps], np.zeros(CELLS))
    at_the_end = np.zeros((steps, CELLS))
    at_the_end[-1] = g
    return log10_norm(state_gradients(W_h, hs, at_the_end)[::-1])


def log10_norm(gradients: np.ndarray) -> np.ndarray:
    """log10 of the length of each row; NaN where it is 0. Scaled, since squares underflow."""
    largest = np.abs(gradients).max(axis=1)
    scale = np.where(largest > 0, largest, np.nan)
    return np.log10(scale) + np.log10(np.linalg.norm(gradients / scale[:, None], axis=1))


def compute(bias: float, steps: int, strength: float) -> dict[str, object]:
    """Against steps back k = 0..steps: log10 norms, and the gates of step T - k (none at T)."""
    gates, measured, alone = carried(bias, steps, strength)
    i, f, _, _ = np.pad(gates, [(1, 0), (0, 0), (0, 0)], constant_values=np.nan)[::-1].swapaxes(
        0, 1
    )
    total = float(measured[-1])
    return {
        "k": np.arange(steps + 1.0),
        "measured": measured,
        "alone": alone,
        "plain": plain(steps, strength),
        "forget": f.mean(axis=1),
        "lowest": f.min(axis=1),
        "input": i.mean(axis=1),
        "biases": BIASES[::2],
        "formula": steps * np.log10(sigmoid(BIASES[::2])),
        "here": np.array([bias]),
        "now": np.array([total]),
        "total": total,
        "half": float(BIASES[np.argmax(steps * np.log(sigmoid(BIASES)) >= log(0.5))]),
        "verdict": verdict(total),
    }  # fmt: skip


def verdict(total: float) -> str:
    """What became of the gradient, given the change of log10 of its norm."""
    if total >= 1:
        return "it grows"
    return "it arrives" if total > -1 else "it fades" if total > -3 else "it vanishes"


FIGURE = Figure(
    name="lstm_gates",
    title="Forget bias {bias:.2f}: over {steps:d} steps the carried gradient changes by "
    "{total:+.1f} decades: {verdict}",
    controls=(
        Slider("bias", "forget bias b", 0.0, min=-2.0, max=8.0, step=0.25),
        Slider("steps", "steps T", 50, min=25, max=LONGEST, step=25),
        Slider("strength", "strength of the weights", 1.0, min=0.0, max=2.0, step=0.25),
    ),
    compute=compute,
    panels=(
        Panel(
            "The cells carry the gradient as far as the forget gates let it",
            Axis("steps travelled back from the last one, k = T − t"),
            Axis("log₁₀ of the gradient norm", limits=(-60, 5)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "alone", label="product of forget gates alone", width=3.0),
                Line("k", "measured", label="measured, all paths", color="vermillion", width=1.6),
                Line("k", "plain", label="tanh network without gates", color="muted"),
            ),
            height=280,
        ),
        Panel(
            "What the gates did on the way",
            Axis("steps travelled back from the last one, k = T − t"),
            Axis("gate", limits=(0, 1)),
            (
                Line("k", "forget", label="forget gates, mean", color="blue"),
                Line(
                    "k", "lowest", label="lowest forget gate", color="purple", dash="dot", width=1
                ),
                Line("k", "input", label="input gates, mean", color="orange", width=1.2),
            ),
            height=210,
        ),
        Panel(
            "Gates that do not listen: the bias alone decides what arrives",
            Axis("forget bias b", limits=(-2, 8)),
            Axis("log₁₀ of what arrives", limits=(-60, 5)),
            (
                Rule(0.0, dash="solid"),
                Rule("half", axis="x", label="half arrives from b = {half:.2f}"),
                Line("biases", "formula", label="formula: T log₁₀ σ(b)"),
                Points("here", "now", label="measured above", color="vermillion", size=5),
            ),
            height=210,
        ),
    ),
    describe="An LSTM with forget bias {bias:.2f} reads {steps:d} steps. log10 of the gradient "
    "that its cells carry back changes by {total:.1f}: {verdict}.",
)
