"""end_to_end_jacobian(Ws, zs, df): the Jacobian of a whole network, d a_L / d a_0."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_03._networks import network, response
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Entry [i, j] says how much output i moves when input j of the network moves by one."
    for name, sizes, df in (
        ("three square layers", (3, 3, 3, 3), "tanh"),
        ("layers of different widths", (3, 5, 4, 2), "sigmoid"),
        ("more outputs than inputs", (2, 4, 6), "tanh"),
        ("one layer", (4, 3), "relu"),
    ):
        Ws, zs = network(rng, *sizes)
        zs[0][0] = -abs(zs[0][0])
        yield Case(name, {"Ws": Ws, "zs": zs, "df": df}, expect)


def judge(case, outputs):
    Ws, zs = case["Ws"], case["zs"]
    change = response(Ws, zs, case["df"])
    return compare(outputs, oracle.jacobian(change, np.zeros(Ws[0].shape[1])), atol=1e-12)


def reversed_order(Ws, zs, df):
    jacobian = np.diag(df(zs[0])) @ Ws[0]
    for W, z in zip(Ws[1:], zs[1:], strict=True):
        jacobian = jacobian @ np.diag(df(z)) @ W
    return jacobian


def transposed(Ws, zs, df):
    jacobian = np.eye(Ws[0].shape[1])
    for W, z in zip(Ws, zs, strict=True):
        jacobian = np.diag(df(z)) @ W @ jacobian
    return jacobian.T


def forgets_the_last_slope(Ws, zs, df):
    jacobian = np.eye(Ws[0].shape[1])
    for W, z in zip(Ws[:-1], zs[:-1], strict=True):
        jacobian = np.diag(df(z)) @ W @ jacobian
    return Ws[-1] @ jacobian


def forgets_the_slopes(Ws, zs, df):
    jacobian = np.eye(Ws[0].shape[1])
    for W in Ws:
        jacobian = W @ jacobian
    return jacobian


def starts_from_the_number_one(Ws, zs, df):
    jacobian = 1.0
    for W, z in zip(Ws, zs, strict=True):
        jacobian = np.diag(df(z)) @ W @ jacobian
    return jacobian


def identity_of_the_wrong_size(Ws, zs, df):
    jacobian = np.eye(len(Ws[0]))
    for W, z in zip(Ws, zs, strict=True):
        jacobian = np.diag(df(z)) @ W @ jacobian
    return jacobian


def entry_by_entry(Ws, zs, df):
    jacobian = np.diag(df(zs[0])) @ Ws[0]
    for W, z in zip(Ws[1:], zs[1:], strict=True):
        jacobian = (np.diag(df(z)) @ W) * jacobian
    return jacobian


def identity_entry_by_entry(Ws, zs, df):
    jacobian = np.eye(Ws[0].shape[1])
    for W, z in zip(Ws, zs, strict=True):
        jacobian = (np.diag(df(z)) @ W) * jacobian
    return jacobian


def first_layer_twice(Ws, zs, df):
    jacobian = np.diag(df(zs[0])) @ Ws[0]
    for W, z in zip(Ws, zs, strict=True):
        jacobian = np.diag(df(z)) @ W @ jacobian
    return jacobian


def from_the_output_back(Ws, zs, df):
    jacobian = np.eye(len(zs[-1]))
    for W, z in zip(Ws[::-1], zs[::-1], strict=True):
        jacobian = (jacobian * df(z)) @ W
    return jacobian


def column_by_column(Ws, zs, df):
    columns = []
    for tangent in np.eye(Ws[0].shape[1]):
        for W, z in zip(Ws, zs, strict=True):
            tangent = df(z) * (W @ tangent)
        columns.append(tangent)
    return np.stack(columns, axis=1)


exercise = Exercise(
    points=3,
    cases=cases,
    judge=judge,
    hints=(
        "A change of the input meets layer 1 first. On which side of a product does the matrix "
        "stand that meets a column vector first?",
        "Start with the identity, one row and one column per input. For each layer, from the "
        "first to the last, multiply by its Jacobian. Which side keeps the shapes fitting?",
        "A new layer goes to the left of all that you have: its Jacobian, `@`, the product so far. "
        "Your `layer_jacobian` gives you each factor.",
    ),
    misconceptions=(
        Misconception(
            reversed_order,
            "Your product starts with layer 1 on the left. A column vector meets the rightmost "
            "matrix first, so layer 1 stands on the right and the last layer on the left. With "
            "square layers the wrong order gives wrong numbers and no error at all.",
        ),
        Misconception(
            transposed,
            "You returned the transpose. A Jacobian has one row per output of the network and one "
            "column per input.",
        ),
        Misconception(
            forgets_the_last_slope,
            "The activation of the last layer is missing. Each layer counts with its weights and "
            "its slopes, the last one too.",
        ),
        Misconception(
            forgets_the_slopes,
            "You multiplied the weights alone. This would be right for a network without "
            "activations: each layer needs its slopes as well.",
        ),
        Misconception(
            starts_from_the_number_one,
            "Your product starts from the number 1, as in a chain of single units. `@` multiplies "
            "matrices only. The matrix that changes nothing is the identity: `np.eye`, with one "
            "row and one column per input.",
        ),
        Misconception(
            first_layer_twice,
            "Layer 1 is in your product twice: as its start, and again in the loop. Start from the "
            "identity, or let the loop begin at the second layer.",
        ),
        Misconception(
            identity_of_the_wrong_size,
            "Your identity has the size of the outputs of layer 1, `len(Ws[0])`. The first "
            "Jacobian meets it on its right, where its inputs are: their number is "
            "`Ws[0].shape[1]`.",
        ),
        Misconception(
            entry_by_entry,
            "You multiplied the Jacobians entry by entry. For single units this is right. Here a "
            "change reaches each unit along many paths, which add up: `@` in place of `*`.",
        ),
        Misconception(
            identity_entry_by_entry,
            "You multiplied entry by entry, so the zeros of the identity wiped out all but the "
            "diagonal. The chain rule multiplies matrices: `@` in place of `*`.",
        ),
    ),
    alternatives=(from_the_output_back, column_by_column),
    equivalent={"1 -> -1": "A matrix has two axes, so its shape[-1] is its shape[1]."},
)
