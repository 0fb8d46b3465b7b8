"""backward(Ws, zs, g_out, df): the gradient reaching every layer, by one backward sweep."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare_all
from vegrad_course.exercises.lesson_03._networks import network, response
from vegrad_course.exercises.model import Case, Exercise, Misconception
from vegrad_course.exercises.plain import numbered


def cases(rng):
    expect = "Entry l is the gradient with respect to a_l. It has one number per unit of layer l."
    for name, sizes, df in (
        ("three square layers", (3, 3, 3, 3), "tanh"),
        ("layers of different widths", (3, 5, 4, 2), "sigmoid"),
        ("one layer", (4, 3), "relu"),
        ("ten layers", (3,) * 11, "tanh"),
    ):
        Ws, zs = network(rng, *sizes)
        zs[0][0] = -abs(zs[0][0])
        g_out = rng.normal(0, 1, sizes[-1])
        yield Case(name, {"Ws": Ws, "zs": zs, "g_out": g_out, "df": df}, expect)


def collect(answer, case):
    """The list of gradients. An array of them, also one of objects, is as good as a list."""

    def as_a_list(*given):
        returned = answer(*given)
        return returned.tolist() if isinstance(returned, np.ndarray) else returned

    return numbered("g")(as_a_list, case)


def judge(case, outputs):
    Ws, zs, g_out, f = (case[key] for key in ("Ws", "zs", "g_out", "df"))
    expected = [_reaching(W.shape[1], Ws[l:], zs[l:], g_out, f) for l, W in enumerate(Ws)]
    return compare_all(outputs, "g", [*expected, g_out], atol=1e-12)


def _reaching(units, Ws, zs, g_out, f):
    """The gradient with respect to what enters these layers, by autograd."""
    change = response(Ws, zs, f)
    return oracle.gradient(
        lambda delta: change(delta).dot(delta.new_tensor(g_out)), np.zeros(units)
    )


def forgets_the_transpose(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        gradients.append(W @ (df(z) * gradients[-1]))
    return gradients[::-1]


def slope_on_the_wrong_side(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        gradients.append(df(z) * (W.T @ gradients[-1]))
    return gradients[::-1]


def slope_of_the_layer_below(Ws, zs, g_out, df):
    gradients = [g_out]
    for l in reversed(range(len(Ws))):
        gradients.append(Ws[l].T @ (df(zs[l - 1]) * gradients[-1]))
    return gradients[::-1]


def forgets_the_slope(Ws, zs, g_out, df):
    gradients = [g_out]
    for W in Ws[::-1]:
        gradients.append(W.T @ gradients[-1])
    return gradients[::-1]


def output_first(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        gradients.append(W.T @ (df(z) * gradients[-1]))
    return gradients


def leaves_out_g_out(Ws, zs, g_out, df):
    g, gradients = g_out, []
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        g = W.T @ (df(z) * g)
        gradients.append(g)
    return gradients[::-1]


def from_the_first_layer(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws, zs, strict=True):
        gradients.append(W.T @ (df(z) * gradients[-1]))
    return gradients[::-1]


def never_turns_round(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws, zs, strict=True):
        gradients.append(W.T @ (df(z) * gradients[-1]))
    return gradients


def turns_round_only_the_weights(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs, strict=True):
        gradients.append(W.T @ (df(z) * gradients[-1]))
    return gradients[::-1]


def missing_parentheses(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        gradients.append(W.T @ df(z) * gradients[-1])
    return gradients[::-1]


def textbook_deltas(Ws, zs, g_out, df):
    deltas = [df(zs[-1]) * g_out]
    for l in range(len(Ws) - 1, 0, -1):
        deltas.append((Ws[l].T @ deltas[-1]) * df(zs[l - 1]))
    return [Ws[0].T @ deltas[-1], *deltas[::-1]]


def delta_step(Ws, zs, g_out, df):
    gradients = [g_out]
    for l in reversed(range(len(Ws))):
        gradients.append((Ws[l].T @ gradients[-1]) * df(zs[l - 1]))
    return gradients[::-1]


def forgets_the_derivative(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        gradients.append(W.T @ (z * gradients[-1]))
    return gradients[::-1]


def changes_the_callers_lists(Ws, zs, g_out, df):
    gradients = [g_out]
    Ws.reverse()
    zs.reverse()
    for W, z in zip(Ws, zs, strict=True):
        gradients.append(W.T @ (df(z) * gradients[-1]))
    return gradients[::-1]


def row_vectors(Ws, zs, g_out, df):
    gradients = [np.array(g_out)]
    for l in range(len(Ws) - 1, -1, -1):
        gradients.insert(0, (gradients[0] * df(zs[l])) @ Ws[l])
    return gradients


def by_jacobians(Ws, zs, g_out, df):
    gradients = [g_out]
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        gradients.append((np.diag(df(z)) @ W).T @ gradients[-1])
    return tuple(reversed(gradients))


def as_an_array_of_arrays(Ws, zs, g_out, df):
    gradients = np.empty(len(Ws) + 1, dtype=object)
    gradients[-1] = g_out
    for l in range(len(Ws) - 1, -1, -1):
        gradients[l] = Ws[l].T @ (df(zs[l]) * gradients[l + 1])
    return gradients


exercise = Exercise(
    points=4,
    cases=cases,
    judge=judge,
    collect=collect,
    may_return_input=True,
    hints=(
        "Begin at the output, where the gradient is `g_out`. What does one layer do to it?",
        "One step back is the transposed Jacobian times the gradient. Do it in two moves: first "
        "multiply by the slopes, entry by entry, then by the transposed weights.",
        "Keep a list that starts with `g_out`. Go through `Ws` and `zs` from the last layer to "
        "the first, append the new gradient each time, and turn the list round at the end.",
    ),
    misconceptions=(
        Misconception(
            changes_the_callers_lists,
            "What you were given belongs to the caller. `Ws.reverse()` turns the caller's own list "
            "round: `Ws[::-1]` makes a new one. In the same way `g *= ...` can change `g_out`: "
            "write `g = g * ...`.",
        ),
        Misconception(
            forgets_the_transpose,
            "You multiplied by W, which carries activations forward. A gradient goes the other "
            "way, from the outputs of a layer to its inputs, and needs `W.T`. On square layers the "
            "mistake is silent; on others the shapes do not fit.",
        ),
        Misconception(
            slope_on_the_wrong_side,
            "You applied `W.T` first and the slopes after it. Going back you meet the activation "
            "first: multiply the gradient by the slopes, and then by the transposed weights.",
        ),
        Misconception(
            slope_of_the_layer_below,
            "The slopes come from the neighbouring layer. Layer l uses its own W and its own z; "
            "both stand at index l-1 of their lists.",
        ),
        Misconception(
            forgets_the_slope,
            "Your gradient passes through the weights but not through the activations. Multiply "
            "it by the slopes of the layer before you apply `W.T`.",
        ),
        Misconception(
            output_first,
            "Your gradients are right, in the order in which you met them: output first. The list "
            "must start with the gradient reaching a_0 and end with `g_out`.",
        ),
        Misconception(
            leaves_out_g_out,
            "Your list has one gradient per layer. There are L+1 activations, a_0 to a_L, and the "
            "gradient reaching the last one is `g_out` itself: it belongs at the end.",
        ),
        Misconception(
            from_the_first_layer,
            "Your loop starts at layer 1. The gradient starts at the output and meets the last "
            "layer first: go through both lists backwards, with `Ws[::-1]` and `zs[::-1]`.",
        ),
        Misconception(
            never_turns_round,
            "Nothing is turned round: your loop runs from layer 1, and your list starts with "
            "`g_out`. Walk from the last layer to the first, and turn the list of gradients round "
            "at the end.",
        ),
        Misconception(
            turns_round_only_the_weights,
            "You turned round the weights and not the zs, so a layer meets the slopes of another. "
            "Turn round both: `zip(Ws[::-1], zs[::-1])`.",
        ),
        Misconception(
            missing_parentheses,
            "Parentheses are missing. `W.T @ df(z) * g` is read from the left: first "
            "`W.T @ df(z)`, then `* g`. Multiply slopes and gradient first: `W.T @ (df(z) * g)`.",
        ),
        Misconception(
            textbook_deltas,
            "You computed the deltas of the textbooks. They are gradients with respect to z_l. "
            "Here the gradients with respect to a_l are due: the same sweep, written down one move "
            "earlier, before the slopes of layer l come in.",
        ),
        Misconception(
            delta_step,
            "This is the step for the deltas of the textbooks, which are gradients with respect to "
            "z_l. They end each step with the slopes of the layer below. For gradients with "
            "respect to a_l, each step starts with the slopes of its own layer.",
        ),
        Misconception(
            forgets_the_derivative,
            "You multiplied by z itself. The place is right, but the factor is the slope there: "
            "call `df(z)`.",
        ),
    ),
    alternatives=(row_vectors, by_jacobians, as_an_array_of_arrays),
)
