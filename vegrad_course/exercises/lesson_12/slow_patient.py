"""slow_patient: which patient of the ward only has too small a learning rate?"""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

SLOW = 5  # of the living figure `clinic_chart`; a test of the figure holds it to this


def cases(rng):
    expect = "Its gradient reaches every layer as in the healthy network, and its steps are tiny."
    yield Case("six patients on one ward", {}, expect)


def judge(case, outputs):
    chosen = outputs["result"]
    if chosen.shape != () or chosen.dtype.kind not in "iuf":
        return failed("type", "write the number of one patient, from 1 to 6.")
    if float(chosen) == SLOW:
        return PASSED
    return failed("value", f"you chose patient {float(chosen):g}.")


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Three losses hardly move. Set aside the losses: they cannot tell these three apart.",
        "Look at the gradient first. Which of the three has the gradients of the healthy network?",
        "Two are left. One of them makes steps of a good size and gets nowhere all the same: its "
        "labels are wrong. The other hardly makes a step.",
    ),
    misconceptions=(
        Misconception(
            3,
            "Patient 3 has vanishing gradients. Its loss is as flat, and its relative updates are "
            "small in every layer, because small gradients meet small weights. But look at its "
            "gradients: they lose three decades on the way back. A larger learning rate would not "
            "mend that.",
        ),
        Misconception(
            2,
            "Patient 2 has a flat loss, but its gradients and its updates are those of the healthy "
            "network. It moves, and there is nothing to learn: look at its data. Deciding from the "
            "loss alone leads to this mistake.",
        ),
        Misconception(4, "Patient 4 is the healthy one: its loss falls."),
        Misconception(
            6,
            "Patient 6 has the opposite illness: its first step changes every weight by a sixth, "
            "and five steps later the loss is lost.",
        ),
        Misconception(
            1,
            "Patient 1 has exploding gradients: the loss starts at 52, and the gradient grows on "
            "its way back.",
        ),
    ),
    alternatives=(5.0,),
)
