"""The data of the course: nothing is downloaded, everything is seeded."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Digits:
    """Handwritten digits of 8 x 8 pixels, standardised over the whole training set.

    Images have shape (examples, 64) and dtype float32, labels (examples,) and int64.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def digits(seed: int = 0, test: float = 0.2) -> Digits:
    """scikit-learn's 1,797 digits; `seed` decides which share `test` is held back."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(x))
    held, kept = np.split(order, [round(test * len(x))])
    mean, spread = x[kept].mean(), x[kept].std()
    images, labels = ((x - mean) / spread).astype(np.float32), y.astype(np.int64)
    return Digits(images[kept], labels[kept], images[held], labels[held])


def adding_problem(
    batch: int, steps: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of numbers in [0, 1) with two of them marked; the target is their sum.

    One mark stands in each half. Inputs (batch, steps, 2) hold number and mark, targets (batch,),
    both float32. Answering 1 every time has a mean squared error of 1/6.
    Source: Hochreiter, Schmidhuber: Long Short-Term Memory (1997), section 5.4, shortened.
    """
    numbers, marks = rng.random((batch, steps)), np.zeros((batch, steps))
    rows = np.arange(batch)
    for start, stop in ((0, steps // 2), (steps // 2, steps)):
        marks[rows, rng.integers(start, stop, batch)] = 1
    inputs = np.stack([numbers, marks], axis=2).astype(np.float32)
    return inputs, (numbers * marks).sum(axis=1).astype(np.float32)


def temporal_order(
    batch: int, steps: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of symbols; the class says in which order two special symbols came.

    Symbols 0 to 3 are distractors; 4 and 5 are special, and stand once in the second tenth and
    once in the sixth tenth of the sequence. Inputs (batch, steps, 6) are one-hot and float32;
    classes (batch,) are 0 to 3. Guessing is right a quarter of the time.
    Source: Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks
    (2013), section 4.1, after Hochreiter and Schmidhuber (1997).
    """
    symbols, rows = rng.integers(0, 4, (batch, steps)), np.arange(batch)
    first, second = rng.integers(0, 2, (2, batch))
    tenth = steps / 10
    symbols[rows, rng.integers(round(tenth), round(2 * tenth), batch)] = 4 + first
    symbols[rows, rng.integers(round(5 * tenth), round(6 * tenth), batch)] = 4 + second
    return np.eye(6, dtype=np.float32)[symbols], 2 * first + second
