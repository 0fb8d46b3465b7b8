"""tanh_variance_at_64: what is left of the activations of a tanh network with Xavier weights?"""

from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_05._mean_field import mean_square, next_variance
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.oracle import value as torch_value
from vegrad_course.exercises.plain import value

DEPTH = 64


def cases(rng):
    expect = "It is the mean square of tanh(z) in layer 64, with sigma_w2 = 1 and no bias."
    yield Case("layer 64, Xavier weights, an input of variance 1", {}, expect)


def judge(case, outputs):
    q = 1.0
    for _ in range(DEPTH - 1):
        q = next_variance(q, 1.0, 0.0, "tanh")
    return compare(outputs, mean_square(torch_value, "tanh", q), rtol=0.1)


exercise = Exercise(
    points=1,
    cases=cases,
    judge=judge,
    collect=value,
    hints=(
        "Do not believe either side: measure. The cell above builds such a network and prints the "
        "variance of each layer.",
        "You can also predict it. A square Xavier layer has sigma_w2 = 1. Apply your "
        "`variance_map` again and again, starting from q = 1.",
        "`falling[63]` is the measurement, the median of five networks. Compare it with layers 16 "
        "and 32: twice as deep, about half as large.",
    ),
    misconceptions=(
        Misconception(
            0.25,
            "0.25 is the claim itself. Print the variances of layers 16, 32 and 64: do they "
            "stabilise there?",
            name="the claim",
            rtol=0.05,
        ),
        Misconception(
            0.0156,
            "This is 1 / 64. The theory says 1 / (2 l): halve it.",
            name="without the 2",
            rtol=0.03,
        ),
        Misconception(
            0.0325,
            "This is the variance at layer 16. Go on to layer 64: it keeps falling.",
            name="layer 16",
            rtol=0.1,
        ),
        Misconception(
            0.09,
            "This is the standard deviation at layer 64. The claim is about the variance: square "
            "it.",
            name="standard deviation",
            rtol=0.08,
        ),
        Misconception(
            0.0,
            "It is small, but not 0. It falls like 1 / (2 l), and not exponentially. Which number "
            "is that at l = 64?",
            name="nothing left",
        ),
        Misconception(
            1.0,
            "That is the variance of the input. Xavier keeps it in a layer without an activation; "
            "tanh takes a little away in every layer.",
            name="kept as it is",
            rtol=0.02,
        ),
    ),
    alternatives=(1 / 128, 0.0081, 0.0084),
)
