"""gradient_per_layer(ws, zs, df): the gradient that reaches every layer, in one sweep."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_02._chains import chain, gradients, mixed
from vegrad_course.exercises.model import PASSED, Case, Exercise, Misconception, failed

PER_LAYER = 4  # one slope per layer is enough; a few more are forgiven
DEEP = 20  # in a shallower chain the waste does not matter


def cases(rng):
    expect = "Entry l is d a_L / d a_l: the last is 1, and each step back adds one factor."
    yield Case("four sigmoid layers", chain(mixed(rng, 4), 0.7, "sigmoid"), expect)
    yield Case("six tanh layers", chain(mixed(rng, 6), -0.4, "tanh"), expect)
    yield Case("a single layer", chain(mixed(rng, 1), 0.9, "sigmoid"), expect)
    blocked = mixed(rng, 5)
    blocked[2] = 0.0
    yield Case(
        "one weight is exactly 0",
        chain(blocked, 0.7, "sigmoid"),
        "Layers behind the weight 0 get exactly 0. Layers after it get their usual gradient.",
    )
    yield Case(
        "forty layers in one sweep",
        chain(rng.uniform(0.9, 1.5, 40), 0.3, "tanh"),
        "One walk from the output back to the input is enough: each slope is needed once.",
    )


def collect(answer, case):
    """The result, and beside it how many slopes were asked for, if these were far too many."""
    asked = []

    def df(z):
        asked.append(np.size(z))
        return oracle.slope(case["df"], z)

    result = answer(case["ws"], case["zs"], df)
    layers = len(case["ws"])
    too_many = layers > DEEP and sum(asked) > PER_LAYER * layers
    return {"result": result, "asked": sum(asked)} if too_many else result


def judge(case, outputs):
    return first_problem(compare(outputs, gradients(case), atol=0), _one_sweep(case, outputs))


def _one_sweep(case, outputs):
    if "asked" not in outputs.arrays:
        return PASSED
    layers, asked = len(case["ws"]), int(outputs["asked"])
    return failed("slow", f"your numbers are right, but {layers} layers cost {asked} slopes.")


def recomputes_each_product(ws, zs, df):
    return np.array([np.prod(ws[l:] * df(zs[l:])) for l in range(len(ws) + 1)])


def divides_the_full_product(ws, zs, df):
    factors = ws * df(zs)
    total = np.prod(factors)
    return np.append(total, total / np.cumprod(factors))


def from_the_input(ws, zs, df):
    return np.append(1.0, np.cumprod(ws * df(zs)))


def output_first(ws, zs, df):
    return np.append(1.0, np.cumprod((ws * df(zs))[::-1]))


def forgets_the_output(ws, zs, df):
    return np.cumprod((ws * df(zs))[::-1])[::-1].copy()


def factors_alone(ws, zs, df):
    return np.append(ws * df(zs), 1.0)


def forgets_the_weights(ws, zs, df):
    return np.append(np.cumprod(df(zs)[::-1])[::-1], 1.0)


def starts_from_zeros(ws, zs, df):
    factors, gradients = ws * df(zs), np.zeros(len(ws) + 1)
    for l in range(len(ws), 0, -1):
        gradients[l - 1] = factors[l - 1] * gradients[l]
    return gradients


def stops_before_the_input(ws, zs, df):
    factors, gradients = ws * df(zs), np.ones(len(ws) + 1)
    for l in range(len(ws), 1, -1):
        gradients[l - 1] = factors[l - 1] * gradients[l]
    return gradients


def skips_the_last_layer(ws, zs, df):
    factors, gradients = ws * df(zs), np.ones(len(ws) + 1)
    for l in range(len(ws) - 1, 0, -1):
        gradients[l - 1] = factors[l - 1] * gradients[l]
    return gradients


def forward_products_then_one(ws, zs, df):
    return np.append(np.cumprod(ws * df(zs)), 1.0)


def whole_numbers(ws, zs, df):
    factors, gradients = ws * df(zs), np.ones(len(ws) + 1, dtype=int)
    for l in range(len(ws), 0, -1):
        gradients[l - 1] = factors[l - 1] * gradients[l]
    return gradients


def by_cumulated_product(ws, zs, df):
    factors = np.append(ws * df(zs), 1.0)
    return np.cumprod(factors[::-1])[::-1].copy()


def slope_by_slope(ws, zs, df):
    gradients = [1.0]
    for w, z in zip(ws[::-1], zs[::-1], strict=True):
        gradients.append(gradients[-1] * w * df(z))
    return np.array(gradients[::-1])


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    collect=collect,
    hints=(
        "Begin at the output. How much does a_L change when a_L changes? Then walk back.",
        "The gradient at layer l - 1 is the gradient at layer l, times one factor: the one of the "
        "layer between them. So each entry needs only its right-hand neighbour.",
        "Compute all factors first, with a single call of `df`. Start with L + 1 ones. Let l run "
        "from L down to 1 and fill entry l - 1. Mind that layer l has index l - 1 in `ws`.",
    ),
    misconceptions=(
        Misconception(
            divides_the_full_product,
            "You divided the full product by the factors that are not needed. With a weight of 0 "
            "that is 0 / 0, which is NaN. Multiply from the output back, and never divide.",
        ),
        Misconception(
            recomputes_each_product,
            "You built every product anew. For L layers this costs about L²/2 slopes: too much for "
            "a deep network. Each entry is its right-hand neighbour times one factor, so one sweep "
            "back does it. This reuse is what makes backpropagation fast.",
        ),
        Misconception(
            from_the_input,
            "You multiplied from the input on: your entry l is d a_l / d a_0. The question is how "
            "the output depends on a_l. Start at the output.",
        ),
        Misconception(
            output_first,
            "Your numbers are right, and in reverse. Entry l belongs to layer l, so the 1 of the "
            "output stands last.",
        ),
        Misconception(
            forgets_the_output,
            "One entry is missing: that of the output itself, d a_L / d a_L = 1. L layers have "
            "L + 1 activations, and each has a gradient.",
        ),
        Misconception(
            factors_alone,
            "You returned the factor of each layer. The gradient that reaches a layer is the "
            "product of all factors between it and the output.",
        ),
        Misconception(
            forgets_the_weights,
            "You accumulated the slopes only. Each layer's factor is its weight times its slope.",
        ),
        Misconception(
            starts_from_zeros,
            "All your entries are 0. The sweep starts at the output, and there you left a 0, which "
            "makes 0 of every product. Set the last entry to 1: d a_L / d a_L = 1.",
        ),
        Misconception(
            stops_before_the_input,
            "Your first entry is still 1: the sweep ends one layer early. `range` leaves out its "
            "end, so the last step, from a_1 to a_0, is missing.",
        ),
        Misconception(
            skips_the_last_layer,
            "Your sweep starts one layer too late, so the factor of the last layer is missing "
            "everywhere. It is the first one that a gradient meets: let l start at L.",
        ),
        Misconception(
            forward_products_then_one,
            "Your 1 stands at the right end, but the products grow from the input on. Entry l "
            "needs the factors between layer l and the output: turn the factors round, take "
            "`np.cumprod`, and turn the result back.",
        ),
        Misconception(
            whole_numbers,
            "Your array holds whole numbers, and each gradient you put in is cut down to one. "
            "numpy chose this type when you made the array: start from `np.ones(L + 1)` or `1.0`.",
        ),
    ),
    alternatives=(by_cumulated_product, slope_by_slope),
)
