"""what_it_lacked: which change makes the replication show shattered gradients?"""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

CHOICES = ("centring", "scaling", "more layers", "wider layers")
SPELLINGS = {"centering": "centring", "deeper": "more layers", "wider": "wider layers"}


def cases(rng):
    expect = "With this one change the correlation falls with depth, as the paper says."
    yield Case("one change to the plain network", {}, expect)


def collect(answer, case):
    """The answer in its plain spelling: capitals, blanks and American spelling do no harm."""
    text = value(answer, case)
    if not isinstance(text, str):
        return text
    plain = " ".join(text[:200].lower().split()).strip(" .")
    return SPELLINGS.get(plain, plain)


def judge(case, outputs):
    chosen = str(outputs["result"])
    if chosen == CHOICES[0]:
        return PASSED
    if chosen in CHOICES:
        return failed("value", f"you chose {chosen}.")
    listed = ", ".join(f'"{choice}"' for choice in CHOICES)
    return failed("value", f'your answer is "{chosen[:40]}". The choices are {listed}.')


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Look at the table of single changes. In which row does the correlation fall with depth?",
        "Batch normalisation does two things. One row of the table has only the first of them, "
        "another only the second.",
        "Ask where the kinks of ReLU lie. A unit has its kink where its pre-activation crosses 0. "
        "Which change makes every unit cross 0 somewhere among the inputs?",
    ),
    misconceptions=(
        Misconception(
            "scaling",
            "Scaling alone makes the gradients even more alike: it is a factor, and a factor moves "
            "no kink. Compare the row of scaling with the row of the other half of batch "
            "normalisation.",
        ),
        Misconception(
            "more layers",
            "With 32 layers the replication still shows smooth gradients. Without the missing "
            "piece every unit of a deep layer is on for all inputs on one side, or off for all: "
            "more layers add no kinks.",
        ),
        Misconception(
            "wider layers",
            "Wider layers change nothing in the table. More units that all have their kink in the "
            "same place do not make more kinks.",
        ),
    ),
    alternatives=("Centering", " centring. "),
)
