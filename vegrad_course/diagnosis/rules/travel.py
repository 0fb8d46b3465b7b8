"""What the gradient does on its way back, through depth or through time."""

from vegrad_course.diagnosis.facts import FLOOR, Facts
from vegrad_course.diagnosis.findings import Finding
from vegrad_course.diagnosis.remedies import named
from vegrad_course.diagnosis.rules.certainty import sure

LOST = 2.0  # decades between the first and the last hidden layer, or the ends of a sequence


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
