"""The right answers, and an honest submission."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat.v4 import new_code_cell

from tests.attacks.catalogue.model import Change, answers, find
from tests.attacks.world import Place

RIGHT = {
    "sigmoid": (
        "def sigmoid(z):\n"
        "    small = np.exp(-np.abs(z))\n"
        "    return np.where(z >= 0, 1.0, small) / (1.0 + small)"
    ),
    "max_slope": "max_slope = 0.25",
    "sigmoid_grad": "def sigmoid_grad(z):\n    s = sigmoid(z)\n    return s * (1 - s)",
    "tanh_grad": "def tanh_grad(z):\n    return 1 - np.tanh(z) ** 2",
    "one_percent_z": "one_percent_z = 5.986",
    "saturated_fraction": (
        "def saturated_fraction(z, threshold):\n    return np.mean(sigmoid_grad(z) < threshold)"
    ),
    "gradient_check": (
        "def gradient_check(f, x, eps):\n"
        "    gradient = np.zeros_like(x)\n"
        "    for i in range(len(x)):\n"
        "        step = np.zeros_like(x)\n"
        "        step[i] = eps\n"
        "        gradient[i] = (f(x + step) - f(x - step)) / (2 * eps)\n"
        "    return gradient"
    ),
    "tanh_breaks_at": "tanh_breaks_at = 89",
}
POINTS = {
    "sigmoid": 3.0,
    "max_slope": 1.0,
    "sigmoid_grad": 3.0,
    "tanh_grad": 2.0,
    "one_percent_z": 1.0,
    "saturated_fraction": 2.0,
    "gradient_check": 3.0,
    "tanh_breaks_at": 1.0,
}
ALL = sum(POINTS.values())


@dataclass(frozen=True)
class Honest:
    """One honest submission. `deserves` is its marks in all."""

    name: str
    what: str
    change: Change
    deserves: float = ALL
    folder: Callable[[Path, Place], None] | None = None

    @property
    def id(self) -> str:
        return f"w-{self.name}"


def right(**other: str) -> Change:
    """All answers right, some of them in another way."""
    return answers(**{**RIGHT, **other})


def own_cell(source: str, before: str = "sigmoid") -> Change:
    """A cell of the student's own, before an answer."""

    def change(notebook, place) -> None:
        at = notebook.cells.index(find(notebook, before))
        notebook.cells.insert(at, new_code_cell(source))

    return change
