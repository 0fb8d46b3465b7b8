"""critical_sigma_w2: the weight variance at the edge of chaos, tanh with a bias variance of .05."""

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import edge
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import value

SIGMA_B2 = 0.05


def cases(rng):
    expect = "There chi at the fixed point is 1: gradients neither vanish nor explode."
    yield Case("tanh, sigma_b2 = 0.05", {}, expect)


def judge(case, outputs):
    return compare(outputs, edge(SIGMA_B2, "tanh"), rtol=8e-3)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "In the figure, set sigma_b2 to 0.05 and tanh. Which number says whether gradients vanish "
        "or explode?",
        "It is chi. Below 1 they vanish, above 1 they explode. Move sigma_w2 until the title says "
        "1.00.",
        "It lies between 1.7 and 1.8. You can also let the computer do it: print your "
        "`predicted_log_slope` for some values there, and look for the change of sign.",
    ),
    misconceptions=(
        Misconception(
            1.0,
            "1 is the edge without a bias. A bias keeps the variance of z up, more units sit where "
            "tanh is flat, and the weights must make up for the lost slope.",
            name="the edge without a bias",
            rtol=0.02,
        ),
        Misconception(
            2.0,
            "2 is the edge for ReLU, as in He's formula: half of the units are off. The slopes of "
            "tanh are lost in another way. Read the figure with tanh.",
            name="the edge of ReLU",
            rtol=0.02,
        ),
        Misconception(
            1.327,
            "This is sigma_w, the root. The question asks for sigma_w2, the variance, which is "
            "what the slider shows.",
            name="root of it",
            rtol=0.01,
        ),
        Misconception(
            0.5701,
            "This is the variance q* of z at the edge. The question asks for the weight variance "
            "sigma_w2 that leads to it.",
            name="the fixed point",
            rtol=0.02,
        ),
        Misconception(
            1.8,
            "A little too high: there chi is above 1 already. Use the arrow keys for small steps "
            "down. Three digits are asked for.",
            name="a little too high",
            rtol=0.0137,
        ),
        Misconception(
            1.72,
            "A little too low: there chi is still below 1. Use the arrow keys for small steps up. "
            "Three digits are asked for.",
            name="a little too low",
            rtol=0.0153,
        ),
    ),
    alternatives=(1.76, 1.761),
)
