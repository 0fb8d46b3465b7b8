"""failed_cures: which three prescriptions restored neither vanishing nor exploding patients?"""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import NotPlain

CHOICES = ("initialise", "normalise", "residual", "shorten", "clip", "decay", "lower the rate")
NEVER = {"clip", "decay", "lower the rate"}  # measured in tests/clinic, with several seeds


def cases(rng):
    expect = "No patient with vanishing or exploding gradients was restored by any of the three."
    yield Case("the table of section 5", {}, expect)


def collect(answer, case):
    if isinstance(answer, str):
        answer = [answer]
    if not isinstance(answer, tuple | list | set) or not all(isinstance(x, str) for x in answer):
        raise NotPlain('Write the names between braces: {"initialise", "shorten"}.')
    return sorted({" ".join(name[:100].lower().split()) for name in answer})


def judge(case, outputs):
    named = set(outputs["result"].tolist()) if outputs["result"].size else set()
    if unknown := sorted(named - set(CHOICES)):
        return failed("value", f'"{unknown[0][:40]}" is none of {", ".join(CHOICES)}.')
    if cured := sorted(named - NEVER):
        return failed("value", f'"{cured[0]}" restored at least one of these patients.')
    if missing := len(NEVER - named):
        return failed("value", f"you named {len(named)}; {missing} more restored none of them.")
    return PASSED


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Read the table by columns. In which columns do the rows vanishing and exploding both say "
        "that the patient was not restored?",
        "A prescription that works for another illness still counts as failed here.",
        "There are three. All of them change the steps of the training, or the weights bit by "
        "bit; none changes the network or the weights that it starts from.",
    ),
    misconceptions=(
        Misconception(
            ["decay", "lower the rate"],
            "Clipping is the remedy that every list gives for exploding gradients, and yet it did "
            "not restore this patient: its steps were tamed, its weights were as large as before. "
            "Clipping guards a network whose start is sound. Read the row again.",
        ),
        Misconception(
            ["clip", "decay", "lower the rate", "shorten"],
            "Fewer layers did restore the vanishing patient: with a quarter of the layers, a "
            "quarter of the decades is lost. What it costs is the depth.",
        ),
        Misconception(
            ["clip", "lower the rate"],
            "L2 regularisation belongs to them too: it pulls at the weights a little at each step, "
            "and makes a vanishing gradient smaller still.",
        ),
        Misconception(
            ["clip", "decay"],
            "A lower learning rate belongs to them too. It restores the patient whose rate is too "
            "high, and nobody else.",
        ),
        Misconception(
            ["clip", "decay", "lower the rate", "residual"],
            "Shortcuts did restore the vanishing patient: the gradient takes the road around the "
            "weak layers. They made the exploding one worse.",
        ),
    ),
    alternatives=(("lower the rate", "clip", "decay"),),
)
