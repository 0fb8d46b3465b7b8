"""layer_jacobian(W, z, df): the Jacobian of one layer, d a_l / d a_{l-1}."""

import numpy as np

from vegrad_course.exercises import oracle
from vegrad_course.exercises.compare import compare
from vegrad_course.exercises.lesson_03._networks import network, response
from vegrad_course.exercises.model import Case, Exercise, Misconception


def cases(rng):
    expect = "Entry [i, j] says how much unit i of the layer moves when input j moves by one."
    for name, n_in, n_out, df in (
        ("as many outputs as inputs", 3, 3, "tanh"),
        ("more inputs than outputs", 5, 2, "sigmoid"),
        ("more outputs than inputs", 2, 4, "sigmoid"),
        ("ReLU: some units are off", 4, 6, "relu"),
    ):
        (W,), (z,) = network(rng, n_in, n_out)
        z[0] = -abs(z[0])
        yield Case(name, {"W": W, "z": z, "df": df}, expect)


def judge(case, outputs):
    change = response([case["W"]], [case["z"]], case["df"])
    return compare(outputs, oracle.jacobian(change, np.zeros(case["W"].shape[1])), atol=1e-12)


def transposed(W, z, df):
    return (np.diag(df(z)) @ W).T


def diagonal_on_the_wrong_side(W, z, df):
    return W @ np.diag(df(z))


def elementwise_product(W, z, df):
    return np.diag(df(z)) * W


def forgets_the_slope(W, z, df):
    return W


def forgets_the_derivative(W, z, df):
    return np.diag(z) @ W


def slopes_along_the_rows(W, z, df):
    return df(z) * W


def vector_times_matrix(W, z, df):
    return df(z) @ W


def matrix_times_vector(W, z, df):
    return W @ df(z)


def column_and_matrix_product(W, z, df):
    return df(z).reshape(-1, 1) @ W


def slopes_of_W_z(W, z, df):
    return np.diag(df(W @ z)) @ W


def by_a_column_of_slopes(W, z, df):
    return df(z)[:, np.newaxis] * W


def row_by_row(W, z, df):
    slopes = df(z)
    return np.array([slopes[i] * W[i] for i in range(len(z))])


exercise = Exercise(
    points=2,
    cases=cases,
    judge=judge,
    may_return_input=True,
    hints=(
        "Which slope belongs to entry [i, j]: the one of output unit i, or the one of input j?",
        "Row i of W holds the weights of unit i. All of that row is multiplied by the slope of "
        "unit i, and by nothing else.",
        "A diagonal matrix on the left scales rows; on the right it scales columns. `np.diag(v)` "
        "makes a diagonal matrix of a vector, and `@` is the matrix product.",
    ),
    misconceptions=(
        Misconception(
            transposed,
            "You returned the transpose: your rows are inputs and your columns are outputs. A "
            "Jacobian has one row for each output, so its shape is the shape of W. The transpose "
            "comes in later, when a gradient travels back.",
        ),
        Misconception(
            diagonal_on_the_wrong_side,
            "Your slopes scale the columns of W. A column belongs to an input, but a slope belongs "
            "to an output unit, which is a row. On a layer that is not square, this order does not "
            "even fit.",
        ),
        Misconception(
            elementwise_product,
            "You multiplied entry by entry, so all but the diagonal of W became 0. The chain rule "
            "multiplies matrices: use `@` in place of `*`.",
        ),
        Misconception(
            forgets_the_slope,
            "You returned W, the Jacobian of z. The activation comes after it: multiply each row "
            "by the slope of its unit.",
        ),
        Misconception(
            forgets_the_derivative,
            "You scaled the rows by z itself. The rows are the right place, but the factor is the "
            "slope there: call `df`.",
        ),
        Misconception(
            slopes_along_the_rows,
            "`df(z) * W` matches the slopes with the last axis of W, its columns. They belong to "
            "the rows: `np.diag(df(z)) @ W`, or make a column of slopes, `df(z)[:, None] * W`.",
        ),
        Misconception(
            vector_times_matrix,
            "`df(z) @ W` multiplies each row by its slope, and then adds the rows up. The sum is "
            "too much: you need the rows themselves. Put the slopes in a matrix, `np.diag(df(z))`.",
        ),
        Misconception(
            matrix_times_vector,
            "`W @ df(z)` sends the slopes through the layer as if they were its input. Each slope "
            "belongs to an output, a row of W. Put them in a matrix on the left, "
            "`np.diag(df(z))`.",
        ),
        Misconception(
            column_and_matrix_product,
            "Your column of slopes is a good idea, with the wrong product. `@` wants the columns "
            "on the left to match the rows on the right. `*` matches row with row: use it here.",
        ),
        Misconception(
            slopes_of_W_z,
            "You took the slopes at `W @ z`. But z is the result of W already, z = W a: the slopes "
            "are `df(z)`.",
        ),
    ),
    alternatives=(by_a_column_of_slopes, row_by_row),
)
