"""What ails a patient, found without the monitor: from the network itself, and by training again.

Each bound is on something measured here, on the training data, with gradients by `autograd.grad`
through a forward pass that is written out. The fault that was planted is not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log, log10

import torch
from torch import Tensor, nn

from vegrad_course.clinic import Course, Patient, build, train
from vegrad_course.clinic.models import Recurrent, Stack
from vegrad_course.clinic.ward import data

CHANCE = log(10)
DECADES = 2.0  # between the gradients at the two ends of the network, or of the sequence
SHARE = 0.5  # of slopes under 5% of the steepest, or of units silent on all the data, in one layer
LEARNED = 1.0  # a loss below this has fallen as it should
EXAMPLES = 512


@dataclass(frozen=True)
class Measured:
    """Of the network before its first step.

    gain: log10 of the gradient at the first hidden state over that at the last one.
    flat, silent: the largest share over the layers. alike: the smallest relative distance between
    the units of a layer. loss: on the training data.
    """

    gain: float
    flat: float
    silent: float
    alike: float
    loss: float


def states(model: nn.Module, x: Tensor) -> tuple[list[Tensor], list[Tensor], Tensor]:
    """Inputs of the activations, hidden states in order of depth or time, and the output."""
    if isinstance(model, Stack):
        return _stack(model, x)
    if isinstance(model, Recurrent):
        return _recurrent(model, x)
    hidden = [model.embed(x.reshape(-1, 8, 8)) + model.position]
    for layer in model.layers:
        hidden.append(layer(hidden[-1]))
    inner = [layer.linear1(layer.norm2(h)) for layer, h in zip(model.layers, hidden, strict=False)]
    return inner, hidden, model.output(hidden[-1].mean(dim=1))


def _stack(model: Stack, x: Tensor) -> tuple[list[Tensor], list[Tensor], Tensor]:
    before, hidden = [], []
    a = x if model.flat else x.reshape(-1, 1, 8, 8)
    for block in model.hidden:
        before.append(block.norm(block.layer(a)))
        out = block.activation(before[-1])
        a = a + out if block.skip and a.shape == out.shape else out
        hidden.append(a)
    top = a if model.flat else nn.functional.avg_pool2d(a, 2).flatten(1)
    return before, hidden, model.output(top)


def _recurrent(model: Recurrent, x: Tensor) -> tuple[list[Tensor], list[Tensor], Tensor]:
    """The recurrence written out step by step, so that each state has a gradient."""
    net, pieces = model.recurrent, x.reshape(len(x), model.steps, -1).unbind(1)
    h = c = torch.zeros(len(x), net.hidden_size)
    before, hidden = [], []
    for piece in pieces:
        z = piece @ net.weight_ih_l0.T + net.bias_ih_l0 + h @ net.weight_hh_l0.T + net.bias_hh_l0
        if isinstance(net, nn.LSTM):
            i, f, g, o = z.chunk(4, dim=1)
            state = f.sigmoid() * c + i.sigmoid() * g.tanh()
            hidden.append(state)
            c, h = state, o.sigmoid() * state.tanh()
        else:
            before.append(z)
            h = torch.tanh(z)
            hidden.append(h)
    return before, hidden, model.output(h)


def measure(patient: Patient) -> Measured:
    """Measure the patient's network before its first step."""
    model = build(patient)
    x, y = data()
    x = x[:EXAMPLES] * patient.input_scale
    before, hidden, output = states(model, x)
    loss = nn.functional.cross_entropy(output, y[:EXAMPLES])
    grads = torch.autograd.grad(loss, [hidden[0], hidden[-1]], allow_unused=True)
    first, last = (0.0 if g is None else float(g.double().norm()) for g in grads)
    with torch.no_grad():
        flat = max((_flat(z, patient) for z in before), default=0.0)
        silent = max((_silent(z, patient) for z in before), default=0.0)
        alike = min(_alike(h) for h in [*before, *hidden])
    return Measured(_ratio(first, last), flat, silent, alike, loss.item())


def _ratio(first: float, last: float) -> float:
    return log10(max(first, 1e-60)) - log10(max(last, 1e-60))


def _flat(z: Tensor, patient: Patient) -> float:
    """The share of slopes under 5% of the steepest, for functions that flatten on both sides."""
    if patient.activation not in ("tanh", "sigmoid"):
        return 0.0
    with torch.enable_grad():
        at = z.detach().requires_grad_()
        (slope,) = torch.autograd.grad(getattr(torch, patient.activation)(at).sum(), at)
    steepest = 1.0 if patient.activation == "tanh" else 0.25
    return float((slope < 0.05 * steepest).float().mean())


def _silent(z: Tensor, patient: Patient) -> float:
    """The share of units that are not positive for any example, or pixel, or token."""
    if patient.activation != "relu":
        return 0.0
    units = z.movedim(1, -1) if z.dim() == 4 else z
    return float((units <= 0).reshape(-1, units.shape[-1]).all(dim=0).float().mean())


def _alike(h: Tensor) -> float:
    units = h.movedim(1, -1) if h.dim() == 4 else h
    size = float(units.abs().max())
    return float((units - units.mean(dim=-1, keepdim=True)).abs().max()) / size if size else 0.0


def label(patient: Patient, course: Course, measured: Measured) -> str:
    """The illness by measurement; "unexplained" if nothing that is tried again helps."""
    faults = replace(patient, noise=0.0, broken_step=None)
    if _turned_non_finite(course) and faults != patient and _finite(train(faults)):
        return "non-finite"
    if measured.silent >= SHARE:
        return "dead units"
    if measured.alike < 1e-3:
        return "bad initialisation"
    if measured.gain >= DECADES:
        return "normalisation explosion" if patient.norm else "exploding"
    if measured.flat >= SHARE:
        return "saturation"
    if measured.gain <= -DECADES:
        return "vanishing"
    if measured.loss >= 3 * CHANCE:
        return "bad initialisation"
    if course.final_loss <= LEARNED:
        return "healthy"
    return _by_training_again(patient, faults, course)


def _by_training_again(patient: Patient, faults: Patient, course: Course) -> str:
    """Which single change makes the loss fall?"""
    if faults != patient and train(faults).final_loss <= LEARNED:
        return "data problem"
    for name, factors in (("low", (10.0, 100.0, 1e3, 1e4)), ("high", (0.1, 0.01, 1e-3, 1e-4))):
        for other in (replace(patient, learning_rate=patient.learning_rate * f) for f in factors):
            if train(other).final_loss <= min(LEARNED, 0.6 * course.final_loss):
                return f"learning rate too {name}"
    return "unexplained"


def _finite(course: Course) -> bool:
    return all(x == x and abs(x) < float("inf") for x in course.losses)


def _turned_non_finite(course: Course) -> bool:
    """Not finite, after a run of losses that never left the range of the first one."""
    finite = list(_until(course.losses))
    return len(finite) < len(course.losses) and max(finite, default=0.0) < 3 * max(
        CHANCE, finite[0] if finite else 0.0
    )


def _until(losses: tuple[float, ...]) -> Iterator[float]:
    for loss in losses:
        if loss != loss or loss == float("inf"):
            return
        yield loss
