# ruff: noqa: E501
"""Honest answers that are right in another way, or wrong in an honest one, with their marks."""

from tests.attacks.catalogue.model import Change, both
from tests.attacks.catalogue.right import ALL, RIGHT, Honest, own_cell, right


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
GENERATOR = "def saturated_fraction(z, threshold):\n    return np.mean(np.fromiter((s < threshold for s in sigmoid_grad(z).flat), float))"

HONEST = (
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
    Honest("prints", "prints its inputs", right(sigmoid=PRINTING)),
    Honest("views", "works in place, on a copy", right(sigmoid=IN_PLACE_ON_COPY)),
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
