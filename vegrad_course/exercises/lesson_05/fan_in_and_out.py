"""fan_in_and_out(shape): how many weights meet in one output, and how many leave one input."""

import numpy as np

from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import pair


def cases(rng):
    n, c = (int(number) for number in rng.permutation([5, 7, 11, 13])[:2])
    yield Case("a linear layer", {"shape": (n, c)}, "One output adds up a whole row of W.")
    expect = (
        "One output adds up all the input channels, at each place of the kernel. One input channel "
        "goes to all the output channels, through each place of the kernel."
    )
    yield Case("a convolution, kernel 3 by 5", {"shape": (n, c, 3, 5)}, expect)
    yield Case("a convolution over time, kernel 4", {"shape": (c, n, 4)}, expect)
    yield Case("a convolution over volumes", {"shape": (n, c, 3, 2, 4)}, expect)


def judge(case, outputs):
    weights = np.empty(case["shape"])  # count the entries themselves
    return first_problem(
        compare(outputs, weights[0].size, part="fan_in"),
        compare(outputs, weights[:, 0].size, part="fan_out"),
    )


def swapped(shape):
    kernel = int(np.prod(shape[2:]))
    return shape[0] * kernel, shape[1] * kernel


def forgets_the_kernel(shape):
    return shape[1], shape[0]


def kernel_in_fan_in_only(shape):
    return shape[1] * int(np.prod(shape[2:])), shape[0]


def one_side_of_the_kernel(shape):
    side = shape[-1] if len(shape) > 2 else 1
    return shape[1] * side, shape[0] * side


def always_two_sides(shape):
    places = shape[2] * shape[3]
    return shape[1] * places, shape[0] * places


def two_sides_or_none(shape):
    places = shape[2] * shape[3] if len(shape) > 2 else 1
    return shape[1] * places, shape[0] * places


def adds_the_sides(shape):
    places = sum(shape[2:]) if len(shape) > 2 else 1
    return shape[1] * places, shape[0] * places


def last_two_sizes(shape):
    return shape[-1], shape[-2]


def kernel_alone(shape):
    kernel = int(np.prod(shape[2:]))
    return (kernel, kernel) if len(shape) > 2 else (shape[1], shape[0])


def every_weight(shape):
    return int(np.prod(shape)), int(np.prod(shape))


def by_loop(shape):
    fan_in, fan_out = shape[1], shape[0]
    for size in shape[2:]:
        fan_in, fan_out = fan_in * size, fan_out * size
    return fan_in, fan_out


def by_dividing(shape):
    total = np.prod(shape)
    return total // shape[0], total / shape[1]


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=pair("fan_in", "fan_out"),
    hints=(
        "Take one output number. How many products of a weight and an input are added up for it?",
        "In a linear layer that is one row of W: shape[1] weights. In a convolution it is "
        "`W[0]`, all the weights of one output channel: count all of its entries.",
        "Both fans are multiplied by the number of places in the kernel, the product of all sizes "
        "after the first two. `np.prod(shape[2:])` gives it, and gives 1 for a linear layer.",
    ),
    misconceptions=(
        Misconception(
            swapped,
            "You swapped the two. The shape of W starts with the outputs: W has one row for each "
            "output. So fan_in comes from shape[1], and fan_out from shape[0].",
        ),
        Misconception(
            forgets_the_kernel,
            "The kernel is missing. An output of a convolution looks at every input channel at "
            "each place of the kernel: multiply both fans by the number of places.",
        ),
        Misconception(
            kernel_in_fan_in_only,
            "Your fan_in is right. The kernel is missing from fan_out: one input pixel is seen "
            "from each place of the kernel too.",
        ),
        Misconception(
            one_side_of_the_kernel,
            "You used only the last side of the kernel. A 3 by 5 kernel has 15 places: multiply "
            "all its sides.",
        ),
        Misconception(
            always_two_sides,
            "You used shape[2] * shape[3]. A linear layer has neither, and a kernel may have one "
            "side or three. `np.prod(shape[2:])` takes as many as there are.",
        ),
        Misconception(
            two_sides_or_none,
            "You used shape[2] * shape[3]. A kernel may have one side or three: "
            "`np.prod(shape[2:])` takes as many as there are.",
        ),
        Misconception(
            adds_the_sides,
            "You added the sides of the kernel. A 3 by 5 kernel has 15 places, not 8: multiply.",
        ),
        Misconception(
            last_two_sizes,
            "You read the last two sizes. In a convolution these are sides of the kernel. Outputs "
            "and inputs are the first two sizes, whatever follows.",
        ),
        Misconception(
            kernel_alone,
            "You counted the places of the kernel alone, as if there were one channel. Each "
            "output adds up all the input channels at each place.",
        ),
        Misconception(
            every_weight,
            "You counted all the weights. They serve many outputs: fan_in is what meets in one "
            "of them, so divide by their number, or leave shape[0] out.",
        ),
    ),
    alternatives=(by_loop, by_dividing),
)
