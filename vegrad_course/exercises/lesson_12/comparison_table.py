"""comparison_table: vanishing and exploding gradients side by side, each line a choice."""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain

CHOICES = {
    "cause": ("factors below 1", "factors above 1", "eigenvalues below 1", "small data"),
    "effect": ("early layers stand still", "steps throw the weights about", "labels are wrong"),
    "context": (
        "deep networks", "recurrent networks", "weights too small", "weights too large",
        "saturated units",
    ),
    "solutions": (
        "initialisation", "normalisation", "ReLU", "residual connections", "gates", "clipping",
        "lower learning rate", "L2", "fewer layers",
    ),
}  # fmt: skip
MUST = {
    "cause of vanishing": {"factors below 1"},
    "cause of exploding": {"factors above 1"},
    "effect of vanishing": {"early layers stand still"},
    "effect of exploding": {"steps throw the weights about"},
    "context of vanishing": {
        "deep networks", "recurrent networks", "weights too small", "saturated units",
    },
    "context of exploding": {"deep networks", "recurrent networks", "weights too large"},
    "solutions of vanishing": {"initialisation", "ReLU", "residual connections", "gates"},
    "solutions of exploding": {"initialisation", "clipping"},
}  # fmt: skip
MAY = {
    "solutions of vanishing": {"normalisation", "fewer layers"},
    "solutions of exploding": {"normalisation", "lower learning rate", "L2", "fewer layers"},
}


def cases(rng):
    for line in MUST:
        yield Case(line, {}, "What this course has shown, line by line.")


def collect(answer, case):
    """The choices of one line, sorted; a single choice may stand without brackets."""
    if not isinstance(answer, dict):
        raise NotPlain("comparison_table must be a dict with the eight lines as keys.")
    if case.name not in answer:
        raise NotPlain(f'comparison_table has no line "{case.name}".')
    entry = answer[case.name]
    if entry is ...:
        raise NotImplementedError
    entries = [entry] if isinstance(entry, str) else entry
    if not isinstance(entries, list | tuple | set) or not all(isinstance(e, str) for e in entries):
        raise NotPlain(f'The line "{case.name}" must hold choices in quotes, in a list.')
    return sorted(set(entries))


def judge(case, outputs):
    line, chosen = case.name, set(outputs["result"].tolist())
    choices = CHOICES[line.split()[0]]
    if unknown := sorted(chosen - set(choices)):
        listed = ", ".join(f'"{choice}"' for choice in choices)
        return failed("value", f'{line}: "{unknown[0][:40]}" is no choice. There are {listed}.')
    if wrong := sorted(chosen - MUST[line] - MAY.get(line, set())):
        return failed("value", f'{line}: "{wrong[0]}" does not belong here.')
    if missing := len(MUST[line] - chosen):
        return failed("value", f"{line}: {missing} more must stand here.")
    return PASSED


RIGHT = {line: sorted(entries) for line, entries in MUST.items()}
swapped = {
    f"{row} of {kind}": RIGHT[f"{row} of {other}"]
    for row in CHOICES
    for kind, other in (("vanishing", "exploding"), ("exploding", "vanishing"))
}
clips_the_vanishing = RIGHT | {
    "solutions of vanishing": [*RIGHT["solutions of vanishing"], "clipping"]
}
by_eigenvalues = RIGHT | {"cause of vanishing": ["eigenvalues below 1"]}
only_the_usual_contexts = RIGHT | {
    "context of vanishing": ["deep networks", "recurrent networks"],
    "context of exploding": ["deep networks", "weights too large"],
}
gates_for_explosions = RIGHT | {
    "solutions of exploding": ["clipping", "gates", "initialisation"],
}
everything = RIGHT | {
    "solutions of vanishing": list(CHOICES["solutions"]),
    "solutions of exploding": list(CHOICES["solutions"]),
}
clipping_alone = RIGHT | {"solutions of exploding": ["clipping"]}
with_all_that_may = {line: sorted(entries | MAY.get(line, set())) for line, entries in MUST.items()}

exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Each line asks for one illness only. A context belongs to a line if the course has shown "
        "the illness there, in a figure or in this clinic.",
        "Both illnesses live in deep and in recurrent networks, each with its own kind of wrong "
        "weights. Flat units belong to one of them only.",
        "For vanishing: what makes each layer pass more on, or opens a road around it. For "
        "exploding: what sets the weights right, and what limits a step.",
    ),
    misconceptions=(
        Misconception(
            swapped,
            "Your two columns are exchanged. Vanishing: factors below 1, and the early layers get "
            "nothing. Exploding: factors above 1, and every step is too large.",
            name="swapped columns",
        ),
        Misconception(
            clips_the_vanishing,
            "You clip vanishing gradients. Clipping makes large gradients smaller, and does "
            "nothing to small ones.",
            name="clips the vanishing",
        ),
        Misconception(
            by_eigenvalues,
            "You named the eigenvalues. Lesson 03 has shown a matrix with all eigenvalues below 1 "
            "that makes gradients grow at first: the factors by which lengths change are what "
            "counts, and singular values bound them.",
            name="by eigenvalues",
        ),
        Misconception(
            only_the_usual_contexts,
            "You gave the contexts as short lists give them. This clinic has had more: weights "
            "too small and flat units make gradients vanish, and a recurrent network can make "
            "them explode, as patient 1 does.",
            name="only the usual contexts",
        ),
        Misconception(
            gates_for_explosions,
            "You prescribed gates against exploding gradients. Gates keep a signal alive over "
            "time; they do not stop one that grows. An LSTM is clipped too (lesson 11).",
            name="gates for explosions",
        ),
        Misconception(
            everything,
            "You listed every solution for both. A remedy that opens roads for weak gradients, "
            "such as a residual connection, does not calm strong ones, and the other way round.",
            name="everything for both",
        ),
        Misconception(
            clipping_alone,
            "You gave clipping as the only solution. In this clinic it restored no exploding "
            "patient, and right initial weights restored both.",
            name="clipping alone",
        ),
    ),
    alternatives=(with_all_that_may,),
)
