"""Six small networks on one ward: the loss of each, and its gradients or updates layer by layer.

Each is a stack of layers a_l = f(W_l a_{l-1}) with leaky ReLU and a logistic loss, trained by
gradient descent on fresh examples. One is healthy; five have one fault each.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.linalg import norm

from vegrad_course.reference.rectifiers import leaky_relu, leaky_relu_grad
from vegrad_course.scenes.model import Axis, Choice, Figure, Line, Panel, Points, Slider

DEPTH, WIDTH, BATCH, STEPS, LAST = 6, 12, 32, 40, 8
SLOPE = 0.3  # of the leaky ReLU below zero
LOST = 1e6  # a loss above this will not come back
LOOKS = ("Gradient reaching each layer", "Relative update of each layer")
LABELS = ("log₁₀ of the gradient", "log₁₀ of the update / weights")


@dataclass(frozen=True)
class Fault:
    """What is wrong: a factor on the right weights, the step size, labels by the coin."""

    gain: float = 1.0
    learning_rate: float = 0.4
    coin: bool = False


WARD = {
    1: Fault(gain=2.5),
    2: Fault(coin=True),
    3: Fault(gain=0.25),
    4: Fault(),
    5: Fault(learning_rate=4e-4),
    6: Fault(learning_rate=5.0),
}
HEALTHY = next(number for number, fault in WARD.items() if fault == Fault())


def gradients(
    Ws: list[np.ndarray], v: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[float, list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Loss, and its gradients by every a_l, every W_l, and v. Rows of x are examples, y is +-1."""
    acts, zs = [x], []
    for W in Ws:
        zs.append(acts[-1] @ W.T)
        acts.append(np.asarray(leaky_relu(zs[-1], SLOPE)))
    margins = y * (acts[-1] @ v)
    slope = -y * (0.5 - 0.5 * np.tanh(margins / 2)) / len(y)
    reached, by_W = [np.outer(slope, v)], []
    for W, z, a in zip(reversed(Ws), reversed(zs), reversed(acts[:-1]), strict=True):
        delta = reached[-1] * leaky_relu_grad(z, SLOPE)
        by_W.append(delta.T @ a)
        reached.append(delta @ W)
    loss = float(np.logaddexp(0, -margins).mean())
    return loss, reached[-2::-1], by_W[::-1], slope @ acts[-1]


def fresh(gain: float, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """Orthogonal weights that keep lengths under the leaky ReLU, times the gain; the readout."""
    keeps = (2 / (1 + SLOPE**2)) ** 0.5
    draws = [np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0] for _ in range(DEPTH)]
    return [gain * keeps * Q for Q in draws], rng.normal(size=WIDTH) / WIDTH**0.5


@cache
def course(patient: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Losses (STEPS,), NaN once lost; log10 gradient by a_l and log10 relative update at step 0."""
    fault, rng = WARD[patient], np.random.default_rng(0)
    Ws, v = fresh(fault.gain, rng)
    rule, losses = rng.normal(size=WIDTH), np.full(STEPS, np.nan)
    for step in range(STEPS):
        x = rng.normal(size=(BATCH, WIDTH))
        y = np.sign(rng.normal(size=BATCH) if fault.coin else x @ rule)
        loss, reached, by_W, by_v = gradients(Ws, v, x, y)
        if loss > LOST:
            break
        losses[step] = loss
        changed = [W - fault.learning_rate * g for W, g in zip(Ws, by_W, strict=True)]
        if step == 0:
            signal = np.log10([np.sqrt(np.mean(g**2)) for g in reached])
            update = np.log10([norm(new - W) / norm(W) for new, W in zip(changed, Ws, strict=True)])
        Ws, v = changed, v - fault.learning_rate * by_v
    return losses, signal, update


def compute(patient: int, look: str) -> dict[str, object]:
    """Losses (40,) of the patient and of the healthy one; one number per layer (6,) of each."""
    losses, *kinds = course(patient)
    healthy, *healthy_kinds = course(HEALTHY)
    which = LOOKS.index(look)
    shown, seen = kinds[which], losses[np.isfinite(losses)]
    ends = f"ends at {np.median(losses[-LAST:]):.2f}"
    lost = f"is lost after {len(seen)} steps"
    return {
        "steps": np.arange(STEPS),
        "loss": losses,
        "healthy_loss": healthy,
        "layers": np.arange(1, DEPTH + 1),
        "shown": shown,
        "healthy_shown": healthy_kinds[which],
        "label": LABELS[which],
        "before": float(losses[0]),
        "fate": ends if len(seen) == STEPS else lost,
        "decades": float(shown[0] - shown[-1]),
        "middle": float(np.median(shown)),
    }


FIGURE = Figure(
    name="clinic_chart",
    title="Patient {patient}: the loss starts at {before:.2f} and {fate}",
    controls=(
        Slider("patient", "patient", HEALTHY, min=1, max=len(WARD), step=1),
        Choice("look", "look at", LOOKS[0], options=LOOKS),
    ),
    compute=compute,
    panels=(
        Panel(
            "The loss, beside that of the healthy network",
            Axis("training step", limits=(0, STEPS)),
            Axis("loss", "log", limits=(0.01, LOST)),
            (
                Line("steps", "healthy_loss", color="muted", dash="dash", label="the healthy one"),
                Line("steps", "loss", color="blue", dash="solid", label="patient {patient}"),
            ),
        ),
        Panel(
            "{look}: {decades:+.1f} decades from the last layer back to the first",
            Axis("layer, from input to output", limits=(0.5, DEPTH + 0.5)),
            Axis("{label}", limits=(-9, 3)),
            (
                Line("layers", "healthy_shown", color="muted", dash="dash"),
                Line("layers", "shown", color="blue", dash="solid"),
                Points("layers", "shown", color="blue", size=5, label="patient {patient}"),
            ),
        ),
    ),
    describe="Patient {patient}: the loss starts at {before:.2f} and {fate}. {look}: the "
    "typical one stands at {middle:.1f} in log10, and the first layer {decades:+.1f} decades from "
    "the last.",
)
