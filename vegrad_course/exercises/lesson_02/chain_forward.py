"""chain_forward(ws, x, f): pre-activations and activations of a chain of single units."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare, first_problem
from vegrad_course.exercises.lesson_02._chains import mixed
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import pair


def cases(rng):
    expect = "`activations` starts with x itself, and each later entry is f of its own z."
    yield Case(
        "three sigmoid layers", {"ws": rng.uniform(1, 3, 3), "x": 0.7, "f": "sigmoid"}, expect
    )
    yield Case("five tanh layers", {"ws": mixed(rng, 5), "x": -0.4, "f": "tanh"}, expect)
    yield Case("four ReLU layers", {"ws": rng.uniform(1, 3, 4), "x": 1.5, "f": "relu"}, expect)
    yield Case(
        "a single layer",
        {"ws": rng.uniform(1, 3, 1), "x": -0.9, "f": "sigmoid"},
        "There is one pre-activation, w * x, and there are two activations, x and f(w * x).",
    )


def judge(case, outputs):
    zs, activations = [], [case["x"]]
    for w in case["ws"]:
        zs.append(w * activations[-1])
        activations.append(float(oracle.value(case["f"], zs[-1])))
    return first_problem(
        compare(outputs, zs, part="zs"), compare(outputs, activations, part="activations")
    )


def activates_the_input(ws, x, f):
    zs, activations = [], [f(x)]
    for w in ws:
        zs.append(w * activations[-1])
        activations.append(f(zs[-1]))
    return np.array(zs), np.array(activations)


def leaves_out_x(ws, x, f):
    zs, activations = [], [x]
    for w in ws:
        zs.append(w * activations[-1])
        activations.append(f(zs[-1]))
    return np.array(zs), np.array(activations[1:])


def weight_after_activation(ws, x, f):
    zs, activations = [], [x]
    for w in ws:
        zs.append(activations[-1])
        activations.append(w * f(zs[-1]))
    return np.array(zs), np.array(activations)


def x_at_every_layer(ws, x, f):
    return ws * x, np.append(x, f(ws * x))


def feeds_on_z(ws, x, f):
    zs, z = [], x
    for w in ws:
        z = w * z
        zs.append(z)
    return np.array(zs), np.append(x, f(np.array(zs)))


def swaps_the_two(ws, x, f):
    zs, activations = [], [x]
    for w in ws:
        zs.append(w * activations[-1])
        activations.append(f(zs[-1]))
    return np.array(activations), np.array(zs)


def activates_twice(ws, x, f):
    zs, activations = [], [x]
    for w in ws:
        zs.append(w * f(activations[-1]))
        activations.append(f(zs[-1]))
    return np.array(zs), np.array(activations)


def activation_before_weight(ws, x, f):
    zs, activations = [], [x]
    for w in ws:
        zs.append(w * f(activations[-1]))
        activations.append(zs[-1])
    return np.array(zs), np.array(activations)


def skips_the_first_weight(ws, x, f):
    zs, activations = [], [x]
    for l in range(1, len(ws)):
        zs.append(ws[l] * activations[-1])
        activations.append(f(zs[-1]))
    return np.array(zs), np.array(activations)


def stops_before_the_last_layer(ws, x, f):
    zs, activations = np.zeros(len(ws)), np.zeros(len(ws) + 1)
    activations[0] = x
    for l in range(1, len(ws)):
        zs[l - 1] = ws[l - 1] * activations[l - 1]
        activations[l] = f(zs[l - 1])
    return zs, activations


def x_among_the_zs(ws, x, f):
    zs, activations = [x], [x]
    for w in ws:
        zs.append(w * activations[-1])
        activations.append(f(zs[-1]))
    return np.array(zs), np.array(activations)


def no_room_for_x(ws, x, f):
    zs, activations = np.zeros(len(ws)), np.zeros(len(ws))
    activations[0] = x
    for l in range(len(ws)):
        zs[l] = ws[l] * activations[l]
        activations[l + 1] = f(zs[l])
    return zs, activations


def by_index(ws, x, f):
    zs = np.empty(len(ws))
    activations = np.empty(len(ws) + 1)
    activations[0] = x
    for l, w in enumerate(ws):
        zs[l] = w * activations[l]
        activations[l + 1] = f(zs[l])
    return zs, activations


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    collect=pair("zs", "activations"),
    hints=(
        "Each layer needs only one thing from the layer before it: its activation.",
        "Keep two lists. One starts empty, for the zs. The other starts with x. Walk through the "
        "weights and add one entry to each list per layer.",
        "Inside `for w in ws:` the newest activation is the last entry of the second list. "
        "Multiply it by w, store that, and store f of it. At the end turn both lists into arrays.",
    ),
    misconceptions=(
        Misconception(
            activates_the_input,
            "You applied f to x before the first layer. a_0 is x itself: f comes after a weight.",
        ),
        Misconception(
            leaves_out_x,
            "Your `activations` do not hold x. a_0 = x belongs to them: L layers have L + 1 "
            "activations, and the backward pass will need the first one too.",
        ),
        Misconception(
            weight_after_activation,
            "You multiplied by the weight after the activation. In this chain the weight comes "
            "first: z = w * a, then a = f(z).",
        ),
        Misconception(
            x_at_every_layer,
            "Every layer got x. Only the first one does. Each later layer gets the activation of "
            "the layer before it, or the network is not deep.",
        ),
        Misconception(
            feeds_on_z,
            "You passed z on to the next layer. What travels on is f(z), the activation. Without "
            "it the whole chain is one multiplication.",
        ),
        Misconception(
            swaps_the_two,
            "Your two results are in the wrong order: pre-activations first, then activations.",
        ),
        Misconception(
            activates_twice,
            "You applied f twice in each layer: once before the weight, and once after. What "
            "arrives from the layer before is an activation already. Multiply it as it is.",
        ),
        Misconception(
            activation_before_weight,
            "Your layer applies f first and the weight last, w * f(a). Here it is the other way "
            "round, f(w * a): store z = w * a, and then f of it.",
        ),
        Misconception(
            skips_the_first_weight,
            "Your loop begins at index 1, so the first weight is never used. The formulas count "
            "layers from 1, but Python counts from 0: layer 1 has index 0. Use `for w in ws:`.",
        ),
        Misconception(
            stops_before_the_last_layer,
            "Your loop ends one layer early, and the last entries are still 0. `range(1, L)` stops "
            "before L. Let it run to L + 1, or use `for w in ws:`.",
        ),
        Misconception(
            x_among_the_zs,
            "Your `zs` also start with x. Only `activations` do: x is a_0, and there is no z_0. "
            "Start `zs` empty.",
        ),
        Misconception(
            no_room_for_x,
            "Your `activations` have room for L numbers, and L + 1 are needed: x, and one for each "
            "layer. The last layer finds no place. Make the array one longer.",
        ),
    ),
    alternatives=(by_index,),
)
