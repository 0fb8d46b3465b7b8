# ruff: noqa: E501
"""Honest but awkward notebooks, and the marks that they deserve."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.attacks.catalogue.model import Change, answers, both, find, nothing
from tests.attacks.world import LESSON, Place

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


def reordered(notebook, place) -> None:
    """tanh_grad, which needs nothing, is answered before all others, in the same notebook."""
    cells = notebook.cells
    pair = [find(notebook, "tanh_grad"), find(notebook, "check-tanh_grad")]
    for cell in pair:
        cells.remove(cell)
    at = cells.index(find(notebook, "sigmoid"))
    cells[at:at] = pair


def without_texts(notebook, place) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]


def without_demonstrations(notebook, place) -> None:
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata or "import" in c.source]


def without_marks(notebook, place) -> None:
    for cell in notebook.cells:
        cell.metadata.clear()


def without_ids(notebook, place) -> None:
    """As an old front end writes it: format 4.4, no cell ids, no marks."""
    without_marks(notebook, place)
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        cell.pop("id", None)


def other_front_end(notebook, place) -> None:
    notebook.metadata["colab"] = {"provenance": [], "name": "Untitled0.ipynb"}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for number, cell in enumerate(notebook.cells):
        cell.metadata["id"] = f"x{number}"
        cell.metadata["vscode"] = {"languageId": "python"}
        cell.metadata.pop("tags", None)


def sources_as_lists(home: Path, place) -> None:
    """Written with sources as lists of lines, a byte order mark, and no last line end."""
    path = home / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook).encode())


def renamed(home: Path, place) -> None:
    path = home / f"{LESSON}.ipynb"
    path.rename(home / f"{LESSON} (1).ipynb")


def with_more_files(home: Path, place) -> None:
    (home / "notes.txt").write_text("my notes")
    (home / ".ipynb_checkpoints").mkdir()
    (home / ".ipynb_checkpoints" / f"{LESSON}-checkpoint.ipynb").write_text("{}")
    (home / "figure.png").write_bytes(b"\x89PNG")


def helper(text: str) -> Change:
    return own_cell("import numpy as np\n" + text)


HELPER_CELL = "def stable(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))"
A_CLASS = "class Curve:\n    def __call__(self, z):\n        return 0.5 * (1 + np.tanh(0.5 * z))\n"
COUNTER = "calls = {'sigmoid': 0}\ncache = {}"
DECORATED = """import functools

def counted(function):
    @functools.wraps(function)
    def inner(*args):
        inner.calls += 1
        return function(*args)
    inner.calls = 0
    return inner
"""
CACHED = """import functools

@functools.lru_cache(maxsize=None)
def half(kind):
    return np.dtype(kind).type(0.5)
"""
RECURSIVE = """def gradient_check(f, x, eps):
    def part(i):
        if i == len(x):
            return []
        step = eps * np.eye(len(x))[i]
        return [(f(x + step) - f(x - step)) / (2 * eps), *part(i + 1)]
    return np.array(part(0))"""
ASYNC = "import asyncio\nawait asyncio.sleep(0.01)\nprint('waited')"
MAGICS = "%timeit -n 1 -r 1 sum(range(10))\n%matplotlib inline\n!echo hello\n%%time\n"
PLOTTING = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.title('σ')\nplt.show()"
BARS = """import sys, time
for i in range(101):
    sys.stderr.write(f"\\r{i}%|{'█' * (i // 10)}")
    sys.stderr.flush()
"""
WARNED = "import warnings\nwarnings.warn('old')\nimport sys\nprint('to stderr', file=sys.stderr)"
TORCHED = """def sigmoid_grad(z):
    t = torch.tensor(np.asarray(z, dtype=np.float64), requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(t).sum(), t)
    return slope.numpy().astype(z.dtype)"""
SLOW = """def tanh_grad(z):
    time.sleep(1)
    return 1 - np.tanh(z) ** 2"""
LOOPS = """def sigmoid(z):
    def one(number):
        if number >= 0:
            return 1 / (1 + math.exp(-number))
        return math.exp(number) / (1 + math.exp(number))
    return np.array([one(float(n)) for n in z.ravel()], dtype=z.dtype).reshape(z.shape)"""
IN_PLACE_ON_COPY = """def sigmoid(z):
    out = z.copy()
    view = out[...]
    view *= 0.5
    np.tanh(view, out=view)
    view += 1
    view *= 0.5
    return out"""
PRINTING = """def sigmoid(z):
    print("z is", z, z.shape)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)"""
TYPED = """def saturated_fraction(z: np.ndarray, threshold: float) -> float:
    return float(sum(bool(s < threshold) for s in sigmoid_grad(z).ravel())) / z.size"""
UNICODE = """def sigmoid(z):
    σ = 0.5 * (1 + np.tanh(0.5 * z))
    return σ

def sigmoid_grad_örtlich(ζ):
    return sigmoid(ζ) * (1 - sigmoid(ζ))"""
PARTIAL = "import functools\ndef slope_of(f, z):\n    return 1 - f(z) ** 2\ntanh_grad = functools.partial(slope_of, np.tanh)"
NAIVE = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"
FORWARD = "def gradient_check(f, x, eps):\n    steps = eps * np.eye(len(x))\n    return np.array([(f(x + s) - f(x)) / eps for s in steps])"
GRID = """def _search():
    grid = np.linspace(0, 10, 100_001)
    return grid[sigmoid_grad(grid) >= 0.0025].max()
one_percent_z = _search()"""
FLOAT32 = "max_slope = np.float32(0.25)\none_percent = np.array(5.986, dtype=np.float32)"
RANDOM = "np.random.seed(3)\nimport random\nrandom.seed(3)\nrng = np.random.default_rng(1)\nrng.normal(size=3)"
GENERATOR = "def saturated_fraction(z, threshold):\n    return np.mean(np.fromiter((s < threshold for s in sigmoid_grad(z).flat), float))"

HONEST = (
    Honest("plain", "all right", right()),
    Honest("untouched", "nothing written yet", nothing, 0.0),
    Honest("half", "the first four exercises", answers(**dict(list(RIGHT.items())[:4])), 9.0),
    Honest("warns", "warnings and stderr in a cell of its own", both(own_cell(WARNED), right())),
    Honest("progress-bar", "draws a progress bar on stderr", both(own_cell(BARS), right())),
    Honest(
        "more-cells",
        "twenty cells of its own",
        both(*[own_cell(f"extra_{i} = {i}\nextra_{i}") for i in range(20)], right()),
    ),
    Honest(
        "more-texts",
        "text cells of its own",
        both(
            right(), lambda n, p: n.cells.insert(2, new_markdown_cell("# Notes\n$x$ <b>bold</b>"))
        ),
    ),
    Honest("reordered", "answers in another order", both(right(), reordered)),
    Honest("only-code", "text cells deleted", both(right(), without_texts)),
    Honest(
        "no-demonstrations", "demonstration cells deleted", both(right(), without_demonstrations)
    ),
    Honest("no-marks", "saved without nbgrader's marks", both(right(), without_marks)),
    Honest("old-format", "saved without ids or marks", both(right(), without_ids)),
    Honest("other-front-end", "saved by another front end", both(right(), other_front_end)),
    Honest("lines", "sources as lists, with a byte order mark", right(), folder=sources_as_lists),
    Honest("renamed", "the file has a number in its name", right(), folder=renamed),
    Honest("more-files", "hands in notes and checkpoints as well", right(), folder=with_more_files),
    Honest(
        "unrelated-error",
        "a cell of its own raises",
        both(own_cell("1 / 0"), own_cell("print(undefined)", "tanh_grad"), right()),
    ),
    Honest(
        "unrelated-syntax-error",
        "a cell of its own is no Python",
        both(own_cell("def (:"), right()),
    ),
    Honest("float32", "answers values as float32", right(max_slope=FLOAT32)),
    Honest(
        "by-tanh",
        "another right formula",
        right(sigmoid="def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))"),
    ),
    Honest(
        "by-clipping",
        "another right way to be stable",
        right(sigmoid="def sigmoid(z):\n    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))"),
    ),
    Honest("loops", "loops over numbers in plain Python", right(sigmoid="import math\n" + LOOPS)),
    Honest("slow", "takes a second for each call", right(tanh_grad="import time\n" + SLOW)),
    Honest(
        "helper-cell",
        "a helper in a cell of its own",
        both(helper(HELPER_CELL), right(sigmoid="def sigmoid(z):\n    return stable(z)")),
    ),
    Honest(
        "helper-after",
        "a helper that is defined below",
        both(
            own_cell(HELPER_CELL, "tanh_grad"),
            right(sigmoid="def sigmoid(z):\n    return stable(z)"),
        ),
    ),
    Honest(
        "class",
        "a class with __call__",
        both(helper(A_CLASS), right(sigmoid="sigmoid = Curve()\nsigmoid.__name__ = 'sigmoid'")),
    ),
    Honest("recursion", "recurses", right(gradient_check=RECURSIVE)),
    Honest(
        "global-state",
        "counts its calls in a global",
        both(
            own_cell(COUNTER),
            right(
                sigmoid=RIGHT["sigmoid"].replace(
                    "    small", "    calls['sigmoid'] += 1\n    small", 1
                )
            ),
        ),
    ),
    Honest("torch-inside", "differentiates by torch", right(sigmoid_grad=TORCHED)),
    Honest(
        "lambda",
        "answers by a lambda",
        right(tanh_grad="tanh_grad = lambda z: 1 - np.tanh(z) ** 2"),
    ),
    Honest(
        "closure",
        "answers by a closure",
        right(
            tanh_grad="def make(n):\n    def tanh_grad(z):\n        return n - np.tanh(z) ** 2\n    return tanh_grad\ntanh_grad = make(1)"
        ),
    ),
    Honest("partial", "answers by functools.partial", right(tanh_grad=PARTIAL)),
    Honest(
        "decorated",
        "a decorator of its own",
        both(own_cell(DECORATED), right(tanh_grad="@counted\n" + RIGHT["tanh_grad"])),
    ),
    Honest(
        "cached-helper",
        "an lru_cache on a helper",
        both(
            helper(CACHED),
            right(
                sigmoid="def sigmoid(z):\n    return half(z.dtype) * (1 + np.tanh(half(z.dtype) * z))"
            ),
        ),
    ),
    Honest("typed", "type hints and a sum over a generator", right(saturated_fraction=TYPED)),
    Honest("unicode", "names in Greek", right(sigmoid=UNICODE)),
    Honest("plots", "plots in a cell of its own", both(own_cell(PLOTTING), right())),
    Honest(
        "magics",
        "magics in cells of its own",
        both(own_cell(MAGICS.rsplit("%%", 1)[0]), own_cell("%%time\nx_timed = 3"), right()),
    ),
    Honest("async", "awaits in a cell of its own", both(own_cell(ASYNC), right())),
    Honest("prints", "prints its inputs", right(sigmoid=PRINTING)),
    Honest("views", "works in place, on a copy", right(sigmoid=IN_PLACE_ON_COPY)),
    Honest("random", "its own random numbers", both(own_cell(RANDOM), right())),
    Honest("generator", "a generator expression", right(saturated_fraction=GENERATOR)),
    Honest("search", "finds a value by searching a grid", right(one_percent_z=GRID)),
    Honest(
        "overflow",
        "the plain formula, which warns far out",
        right(sigmoid=NAIVE),
        ALL - 3 - 3 + 1.5 + 1.5,
    ),
    Honest(
        "forward",
        "a forward difference, which is exact for a product",
        right(gradient_check=FORWARD),
        ALL - 2.0,
    ),
    Honest(
        "syntax-error",
        "one answer is no Python",
        right(tanh_grad="def tanh_grad(z)\n    return 1"),
        ALL - 2.0,
    ),
    Honest(
        "renames-argument",
        "other names for arguments",
        right(tanh_grad="def tanh_grad(x, *, n=1):\n    return n - np.tanh(x) ** 2"),
    ),
    Honest(
        "imports-again",
        "imports under other names",
        right(
            tanh_grad="import numpy\nfrom numpy import tanh as T\ndef tanh_grad(z):\n    return numpy.ones_like(z) - T(z) ** 2"
        ),
    ),
)
