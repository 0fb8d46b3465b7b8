"""One small ReLU network, made ill on purpose: its loss, its gradients, and its steps.

Ten hidden layers of 16 units, four classes, 40 steps of gradient descent on 48 examples.
z_l = W_l a_{l-1} + b_l, a_l = max(0, z_l), readout W_out a_L, cross-entropy.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from vegrad_course.scenes.model import (
    Axis,
    Band,
    Choice,
    Figure,
    Line,
    Panel,
    Points,
    Rule,
    Slider,
)

DEPTH, WIDTH, CLASSES, EXAMPLES, STEPS = 10, 16, 4, 48, 40
RATE, SEED = 0.04, 27
GUESS = float(np.log(CLASSES))  # the loss of a network that knows nothing
K = np.arange(DEPTH, dtype=float)  # layers travelled back from the last hidden layer
FLOOR, TOP = -8.0, 3.0  # log10 values beyond these are drawn on the edge; zero is at FLOOR
FLOOR_OF_LOSS, CEILING = 0.01, 100.0  # losses beyond these are drawn on the edge
ILLNESSES = (
    "vanishing",
    "exploding",
    "dead units",
    "learning rate too high",
    "learning rate too low",
)


@dataclass(frozen=True)
class Fault:
    """Factor on the weights, bias of all hidden layers, and learning rate."""

    scale: float = 1.0
    bias: float = 0.0
    rate: float = RATE


def fault(illness: str, severity: float) -> Fault:
    """The illness at a severity from 0 (healthy) to 1."""
    s = severity
    return {
        "vanishing": Fault(scale=1 - 0.6 * s),
        "exploding": Fault(scale=1 + s),
        "dead units": Fault(bias=-s),
        "learning rate too high": Fault(rate=RATE * 10 ** (2 * s)),
        "learning rate too low": Fault(rate=RATE * 10 ** (-4 * s)),
    }[illness]


@cache
def start() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """He-initialised weights, inputs (EXAMPLES, WIDTH) and one-hot labels (EXAMPLES, CLASSES)."""
    rng = np.random.default_rng(SEED)
    sizes = [WIDTH] * (DEPTH + 1)
    Ws = [rng.normal(0, np.sqrt(2 / n), (m, n)) for n, m in pairwise(sizes)]
    Ws.append(rng.normal(0, np.sqrt(1 / WIDTH), (CLASSES, WIDTH)))
    labels = np.arange(EXAMPLES) % CLASSES
    centres = rng.normal(size=(CLASSES, WIDTH))
    x = centres[labels] + 0.7 * rng.normal(size=(EXAMPLES, WIDTH))
    return Ws, x, np.eye(CLASSES)[labels]


def forward(Ws: list[np.ndarray], bs: np.ndarray, x: np.ndarray) -> list[np.ndarray]:
    """a_0 .. a_L, each (EXAMPLES, WIDTH)."""
    activations = [x]
    for W, b in zip(Ws[:-1], bs, strict=True):
        activations.append(np.maximum(activations[-1] @ W.T + b, 0))
    return activations


def loss_and_delta(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean cross-entropy, and its derivative by the scores (EXAMPLES, CLASSES)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = float(np.mean(log_total - (shifted * y).sum(axis=1, keepdims=True)))
    return loss, (np.exp(shifted - log_total) - y) / len(y)


def size(array: np.ndarray) -> float:
    """The Euclidean norm; faster than numpy's for small arrays."""
    flat = array.ravel()
    return float(flat @ flat) ** 0.5


def step(
    Ws: list[np.ndarray], bs: np.ndarray, x: np.ndarray, y: np.ndarray, rate: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """One step in place: the loss before it, gradient norms by z_l, and relative updates."""
    activations = forward(Ws, bs, x)
    loss, delta = loss_and_delta(activations[-1] @ Ws[-1].T, y)
    readout, back = delta.T @ activations[-1], delta @ Ws[-1]
    Ws[-1] -= rate * readout
    norms, updates = np.empty(DEPTH), np.empty(DEPTH)
    for i in reversed(range(DEPTH)):
        delta = back * (activations[i + 1] > 0)
        back, change = delta @ Ws[i], rate * (delta.T @ activations[i])
        norms[i], updates[i] = size(delta), size(change) / size(Ws[i])
        Ws[i] -= change
        bs[i] -= rate * delta.sum(axis=0)
    return loss, norms, updates


def dead_share(Ws: list[np.ndarray], bs: np.ndarray, x: np.ndarray) -> float:
    """The share of hidden units that are 0 on every example, in the worst layer."""
    return float(max((a.max(axis=0) == 0).mean() for a in forward(Ws, bs, x)[1:]))


@cache
def train(f: Fault) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Dead share at the start; losses (STEPS,); norms and updates (STEPS, DEPTH)."""
    Ws, x, y = start()
    Ws = [f.scale * W for W in Ws[:-1]] + [Ws[-1].copy()]
    bs = np.full((DEPTH, WIDTH), f.bias)
    dead = dead_share(Ws, bs, x)
    with np.errstate(all="ignore"):
        rows = [step(Ws, bs, x, y, f.rate) for _ in range(STEPS)]
    losses, norms, updates = zip(*rows, strict=True)
    return dead, np.array(losses), np.array(norms), np.array(updates)


def log10(values: np.ndarray) -> np.ndarray:
    """log10 with FLOOR for zero; NaN stays NaN."""
    with np.errstate(all="ignore"):
        return np.maximum(np.log10(values), FLOOR)


def word(dead: float, lost: float, typical: np.ndarray, losses: np.ndarray) -> str:
    """The rules of the lesson, in the order of cause and effect."""
    if dead > 0.5:
        return "dead units"
    if abs(lost) >= 2:
        return "exploding" if lost > 0 else "vanishing"
    if np.median(losses[-5:]) <= GUESS / 2:
        return "healthy"
    if typical.max() > -1:
        return "learning rate too high"
    return "learning rate too low" if np.median(typical) < -4 else "nothing found"


def compute(illness: str, severity: float) -> dict[str, object]:
    """Losses (40,), gradient norms at the first step and median updates, both (10,) by K."""
    dead, losses, norms, updates = train(fault(illness, severity))
    bad = np.flatnonzero(~np.isfinite(losses))
    stop = int(bad[0]) if len(bad) else STEPS
    first, sizes = log10(norms[0]), log10(updates[:stop])
    sizes[np.isnan(sizes)] = np.inf  # an update that overflowed on its way
    typical = np.median(sizes, axis=1)
    lost = float(first[0] - first[-1])
    return {
        "step": np.arange(1.0, STEPS + 1),
        "losses": np.clip(losses, FLOOR_OF_LOSS, CEILING),
        "broken": stop + 1.0 if len(bad) else np.nan,
        "k": K,
        "norms": first[::-1],
        "well": healthy_norms(),
        "updates": np.clip(np.median(sizes, axis=0)[::-1], FLOOR, TOP),
        "lost": lost,
        "usual": float(np.clip(np.median(typical), FLOOR, TOP)),
        "dead": dead,
        "word": word(dead, lost, typical, losses),
        "end": f"is not finite from step {stop + 1} on"
        if len(bad)
        else f"ends at {losses[-1]:.2g}",
    }


@cache
def healthy_norms() -> np.ndarray:
    """log10 gradient norms (10,) of the healthy network at the first step, by K."""
    return log10(train(Fault())[2][0])[::-1]


FIGURE = Figure(
    name="symptom_chart",
    title="Severity {severity:.2f}: the rules say “{word}”",
    controls=(
        Choice("illness", "illness", "vanishing", options=ILLNESSES),
        Slider("severity", "severity s", 0.5, min=0.0, max=1.0, step=0.05),
    ),
    compute=compute,
    panels=(
        Panel(
            "The loss {end}",
            Axis("step", limits=(0, STEPS)),
            Axis("loss, cut at 100", "log", limits=(FLOOR_OF_LOSS, 2 * CEILING)),
            (
                Rule(GUESS, label="guessing"),
                Line("step", "losses", color="blue", dash="solid", label="the loss"),
                Rule("broken", axis="x", color="vermillion", label="not finite"),
            ),
            height=210,
        ),
        Panel(
            "First layer against last, at the first step: {lost:+.2f} decades",
            Axis("hidden layers travelled back from the output", limits=(-0.3, DEPTH - 0.7)),
            Axis("log₁₀ gradient norm", limits=(FLOOR - 0.5, TOP + 0.5)),
            (
                Line("k", "well", color="muted", dash="dot", label="healthy"),
                Points("k", "norms", color="vermillion", marker="circle", size=5, label="this one"),
            ),
            height=240,
        ),
        Panel(
            "A typical step: {usual:+.1f} decades from the size of the weights",
            Axis("hidden layers travelled back from the output", limits=(-0.3, DEPTH - 0.7)),
            Axis("log₁₀ update ratio", limits=(FLOOR - 0.5, TOP + 0.5)),
            (
                Band(-4.0, -1.0, axis="y", label="usual"),
                Points("k", "updates", color="green", marker="square", size=5),
            ),
            height=240,
        ),
    ),
    describe="A ReLU network of ten hidden layers with {illness} at severity {severity:.2f}. The "
    "loss {end}. From the last hidden layer to the first the gradient changes by {lost:+.2f} "
    "decades. A typical step changes the weights by 10 to the power {usual:.1f} of their size. "
    "{dead:.0%} of the units of the worst layer are dead at the start. The rules say: {word}.",
)  # fmt: skip
