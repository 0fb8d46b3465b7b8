"""Illnesses of the first step: silent, equal, flat or loud units."""

import numpy as np

from vegrad_course.diagnosis.facts import Facts
from vegrad_course.diagnosis.findings import Finding
from vegrad_course.diagnosis.remedies import named
from vegrad_course.diagnosis.rules.certainty import sure

HALF = 0.5  # share of flat or silent units from which a layer is ill
ALIKE = 1e-3  # relative distance between units under which they all do the same
LOUD = 4.0  # spread of the output at the start: the softmax is already certain
UNSCALED = 5.0  # root mean square of inputs that were not scaled


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
    if loud > UNSCALED:
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
