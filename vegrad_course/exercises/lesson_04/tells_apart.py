"""tells_apart: the measurement that parts vanishing from a learning rate that is too low."""

from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed
from vegrad_course.exercises.plain import value

OPTIONS = (
    "loss",
    "accuracy",
    "update ratio of the first layer",
    "gradient of the first layer against the last",
    "mean gradient over all layers",
)


def cases(rng):
    options = ", ".join(f'"{option}"' for option in OPTIONS)
    yield Case("the measurement", {}, f"One of these, in quotes: {options}.")


def judge(case, outputs):
    got = outputs["result"]
    if got.dtype.kind != "U" or got.shape != ():
        return failed("type", "your answer must be one text, in quotes.")
    if str(got) == OPTIONS[3]:
        return PASSED
    if str(got) in OPTIONS:
        return failed("value", f'your answer is "{got}".')
    return failed("value", f'your answer is "{got}", which is not one of the five.')


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Look at the rows *vanishing* and *learning rate too low* of your own runs. Which columns "
        "are alike in both?",
        "In both the loss stands still, and the first layer hardly moves. What differs between "
        "the two is where the gradient is lost: on its way through depth, or not at all.",
        "With a rate that is too low, all layers get the same gradient. So compare layers with "
        "each other.",
    ),
    misconceptions=(
        Misconception(
            OPTIONS[0],
            "The loss stands still in both runs. It says *that* something is wrong, not what.",
            name="the loss",
        ),
        Misconception(
            OPTIONS[1],
            "The accuracy stays near one in ten in both runs. It says *that* something is wrong, "
            "not what.",
            name="the accuracy",
        ),
        Misconception(
            OPTIONS[2],
            "The first layer hardly moves in both runs. An update is a gradient times a learning "
            "rate: either factor may be the small one.",
            name="the update of the first layer",
        ),
        Misconception(
            OPTIONS[4],
            "A mean hides where the gradient is lost. In a network whose gradient vanishes the "
            "last layers are well, and they make up the mean. Compare layers with each other.",
            name="the mean over layers",
        ),
    ),
)
