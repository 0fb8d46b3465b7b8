"""One function per illness: facts -> a finding, or None. Each says its numbers."""

from math import exp

import numpy as np

from vegrad_course.diagnosis.facts import FAST, FLOOR, Facts
from vegrad_course.diagnosis.findings import Finding
from vegrad_course.diagnosis.remedies import learning_rate, named

LOST = 2.0  # decades between the first and the last hidden layer, or the ends of a sequence
HALF = 0.5  # share of flat or silent units from which a layer is ill
ALIKE = 1e-3  # relative distance between units under which they all do the same
LOUD = 4.0  # spread of the output at the start: the softmax is already certain
SLOW = -4.0  # log10 of a relative update under which a layer hardly moves
GENTLE, BRISK = -2.4, -1.9  # relative updates to aim at, from above and from below
FLAT_LOSS = 0.15  # a loss that fell by a smaller share did not fall


def sure(distance: float, scale: float) -> float:
    """From how far a number is beyond its bound to a probability: 1/2 at the bound."""
    return round(1 / (1 + exp(-max(-30.0, min(30.0, distance / scale)))), 3)


def non_finite(f: Facts) -> Finding | None:
    """NaN or infinity out of a quiet run: the data, or an operation, made it."""
    step = f.first_non_finite
    if step is None or len(f.finite_losses) < 2:
        return None
    before = f.finite_losses
    growth = float(before.max() / max(abs(before[0]), 1e-12))
    if growth > 3 or abs(f.depth_gain) > LOST:
        return None
    evidence = f"step {step} is the first that is not finite; until then the loss never exceeded "
    evidence += f"{growth:.1f} times its start, so nothing grew into it"
    return Finding(
        "non-finite", (evidence,), sure(3 - growth, 0.5), (), (step, step), named("mend the data")
    )


def dead_units(f: Facts) -> Finding | None:
    """Rectifiers that are silent for whole batches, from the start."""
    dead = f.at_start(lambda r: r.dead)
    ill = {name: share for name, share in dead.items() if share >= HALF}
    if not ill:
        return None
    worst = max(ill, key=lambda name: ill[name])
    return Finding(
        "dead units",
        (f"in layer {worst}, {ill[worst]:.0%} of the units are zero for a whole batch, at once",),
        sure(ill[worst] - HALF, 0.05),
        tuple(ill),
        f.steps,
        named("initialise", "leak", "normalise"),
    )


def symmetric(f: Facts) -> Finding | None:
    """All units of a hidden layer compute the same."""
    alike = f.at_start(lambda r: r.distinct)
    ill = {name: value for name, value in alike.items() if value < ALIKE}
    if not ill:
        return None
    name = next(iter(ill))
    return Finding(
        "bad initialisation",
        (f"all units of layer {name} give the same output (relative distance {ill[name]:.0e})",),
        sure(-3 - np.log10(max(ill[name], 1e-12)), 0.5),
        tuple(ill),
        (f.steps[0], f.steps[0]),
        named("initialise"),
    )


def vanishing(f: Facts) -> Finding | None:
    """The gradient fades on its way back: through depth, or through time."""
    gain, where = _strongest(f, -1)
    if gain > -LOST:
        return None
    if f.activations.get("sigmoid"):
        remedies = named("rectify", "initialise", "normalise", "residual", "shorten")
    elif where == "time":
        remedies = named("initialise", "gates")
    else:
        remedies = named("initialise", "normalise", "residual", "shorten")
    return Finding(
        "vanishing", (_travel(f, gain, where),), sure(-LOST - gain, 0.15), _ends(f, where),
        f.steps, remedies,
    )  # fmt: skip


def exploding(f: Facts) -> Finding | None:
    """The gradient grows on its way back, and no normalisation is at work."""
    gain, where = _strongest(f, +1)
    if gain < LOST:
        return None
    evidence = _travel(f, gain, where)
    if f.normalised and where == "depth":
        return Finding(
            "normalisation explosion",
            (evidence, "normalisation layers keep the forward pass in range all the while"),
            sure(gain - LOST, 0.15), _ends(f, where), f.steps, named("residual", "shorten"),
        )  # fmt: skip
    return Finding(
        "exploding", (evidence,), sure(gain - LOST, 0.15), _ends(f, where), f.steps,
        named("initialise", "clip", "normalise", "decay"),
    )  # fmt: skip


def saturation(f: Facts) -> Finding | None:
    """Most outputs of a layer lie where its activation is flat."""
    flat = f.at_start(lambda r: r.saturated)
    ill = {name: share for name, share in flat.items() if share >= HALF}
    if not ill:
        return None
    worst = max(ill, key=lambda name: ill[name])
    loud = f.early[0].layers[0].input_rms or 1.0
    evidence = [f"in layer {worst}, {ill[worst]:.0%} of the outputs have a slope under 5%"]
    remedies = named("initialise", "scale the inputs", "normalise", "rectify")
    if loud > 5:
        evidence.append(f"the inputs have a root mean square of {loud:.3g}")
        remedies = named("scale the inputs", "initialise", "normalise", "rectify")
    return Finding(
        "saturation", tuple(evidence), sure(ill[worst] - HALF, 0.03), tuple(ill), f.steps, remedies
    )


def loud_output(f: Facts) -> Finding | None:
    """The network is certain before it has learned anything."""
    last = f.order[-1:]
    spread = f.median(last[0], lambda r: r.spread, f.log.measured[:1]) if last else None
    if spread is None or spread < LOUD:
        return None
    evidence = f"before the first step the outputs spread by {spread:.1f}, the loss is "
    evidence += f"{f.losses[0]:.2f}" if len(f.losses) else "unknown"
    return Finding(
        "bad initialisation", (evidence,), sure(np.log10(spread / LOUD), 0.05), tuple(last),
        (f.steps[0], f.steps[0]), named("initialise"),
    )  # fmt: skip


def learning_rate_too_high(f: Facts) -> Finding | None:
    """Steps so large that the loss jumps or rises, though the gradients are in range."""
    if f.update is None or f.update < FAST or f.drop > 0.5:
        return None
    evidence = f"a typical step changes the weights by {10**f.update:.1%}"
    change = f"the loss {'fell' if f.drop > 0 else 'rose'} by {abs(f.drop):.0%}"
    return Finding(
        "learning rate too high", (evidence, change), sure(f.update - FAST, 0.1), (), f.steps,
        (learning_rate(10 ** (GENTLE - f.update)), *named("clip", "decay")),
    )  # fmt: skip


def learning_rate_too_low(f: Facts) -> Finding | None:
    """Every layer gets its gradient, and hardly moves; the loss creeps down."""
    if f.update is None or f.update > SLOW or f.drop > 0.5 or f.first_non_finite is not None:
        return None
    evidence = f"a typical step changes the weights by {10**f.update:.1e} of their size, "
    evidence += "in the last layers as in the first"
    return Finding(
        "learning rate too low", (evidence, f"the loss fell by {f.drop:.0%}"),
        sure(SLOW - f.update, 0.1), (), f.steps, (learning_rate(10 ** (BRISK - f.update)),),
    )  # fmt: skip


def data_problem(f: Facts) -> Finding | None:
    """Gradients in range, steps of a good size, and a loss that does not fall."""
    if f.drop > FLAT_LOSS or f.first_non_finite is not None or len(f.losses) < 2:
        return None
    evidence = (
        f"none of these: the gradients are healthy, and yet the loss fell by only {f.drop:.0%}"
    )
    return Finding(
        "data problem", (evidence,), sure(FLAT_LOSS - f.drop, 0.03), (), f.steps,
        named("mend the data"),
    )  # fmt: skip


RULES = (
    non_finite, dead_units, symmetric, exploding, saturation, vanishing, loud_output,
    learning_rate_too_high, learning_rate_too_low, data_problem,
)  # fmt: skip


def _strongest(f: Facts, sign: int) -> tuple[float, str]:
    """The larger change, in the direction of `sign`, of the two: over depth and over time."""
    return max((f.depth_gain, "depth"), (f.time_gain, "time"), key=lambda pair: sign * pair[0])


def _ends(f: Facts, where: str) -> tuple[str, ...]:
    return tuple(f.recurrent if where == "time" else f.hidden)


def _travel(f: Facts, gain: float, where: str) -> str:
    """The evidence in a sentence."""
    if gain > 0:
        change = f"the gradient grows {10**gain:.1e} times"
    else:
        left = "nothing" if gain <= FLOOR / 2 else f"only {10**gain:.1e}"
        change = f"{left} of the gradient is left"
    if where == "time":
        return f"from the last steps of the sequence back to the first, {change}"
    first, last = f.hidden[0], f.hidden[-1]
    return f"from layer {last} back to layer {first}, over {len(f.hidden)} layers, {change}"
