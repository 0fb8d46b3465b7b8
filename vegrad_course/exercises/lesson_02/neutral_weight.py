"""neutral_weight: the weight that makes up for the slope of a sigmoid at its middle."""

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value


def cases(rng):
    yield Case(
        "every factor is 1",
        {},
        "It is positive, and times the slope of the sigmoid at z = 0 it makes 1.",
    )


def judge(case, outputs):
    return compare(outputs, 1 / oracle.slope("sigmoid", 0.0))


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "The gradient stays as it is when each layer multiplies it by the same harmless number.",
        "The factor of a layer is the weight times the slope. All the slopes are taken at z = 0.",
        "How steep is the sigmoid at its middle? The weight must undo exactly that.",
    ),
    misconceptions=(
        Misconception(
            1,
            "With weight 1 each factor is the bare slope, one quarter. The gradient shrinks at "
            "every layer. The weight has to make up for the slope.",
            name="the slope is forgotten",
        ),
        Misconception(
            0.25,
            "0.25 is the slope itself. With this weight each factor is one sixteenth, which is "
            "worse. The weight has to undo the slope.",
            name="the slope itself",
        ),
        Misconception(
            2,
            "2 would undo the height of the sigmoid at its middle, one half. The gradient is "
            "multiplied by the slope, which is smaller.",
            name="undoes the height",
        ),
        Misconception(
            0,
            "With weight 0 each factor is 0, and nothing gets through. At z = 0 the sigmoid still "
            "has a slope: look for the weight that makes up for it.",
            name="weight zero",
        ),
        Misconception(
            4.45,
            "This undoes 0.2247, the slope at z = 0.659, where the chain with weights 1 settles. "
            "The question supposes that z stays at 0, where the slope is a little larger.",
            name="the slope of section 3",
            rtol=5e-3,
        ),
        Misconception(
            -4,
            "With this weight each factor is -1. The size stays as it is, but the sign changes at "
            "every layer. The question asks for the positive weight, with factor 1.",
            name="negative",
        ),
    ),
)
