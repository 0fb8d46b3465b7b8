"""The same branches with and without a shortcut: how gradients travel back through the stack.

Block l of the residual stack is a = a + alpha F(a), that of the plain stack a = alpha F(a), with
F(a) = W2 relu(W1 a). One fixed draw of weights keeps the length of a gradient at alpha = 1.
"""

from functools import cache
from math import log10, sqrt

import numpy as np

from vegrad_course.reference.rectifiers import relu, relu_grad
from vegrad_course.scenes.model import Axis, Figure, Line, Panel, Points, Rule, Slider

WIDTH, DEEPEST, GRADIENTS = 64, 60, 16
ALPHAS = np.linspace(0.01, 1, 100)
TENFOLD = 1.0  # decades


@cache
def base() -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray, np.ndarray]:
    """(W1, W2) of each block, an input (n,), and random gradients (16, n) at the output."""
    rng = np.random.default_rng(0)
    layers = [
        (
            rng.normal(0, sqrt(2 / WIDTH), (WIDTH, WIDTH)),
            rng.normal(0, 1 / sqrt(WIDTH), (WIDTH,) * 2),
        )
        for _ in range(DEEPEST)
    ]
    return layers, rng.normal(size=WIDTH), rng.normal(size=(GRADIENTS, WIDTH))


def log10_norms(alpha: float, depth: int, shortcut: bool) -> np.ndarray:
    """log10 of the root mean square gradient norm after k = 0..depth blocks, 0 at the output."""
    layers, a, g = base()
    zs = []
    for W1, W2 in layers[:depth]:
        zs.append(W1 @ a)
        a = shortcut * a + alpha * (W2 @ relu(zs[-1]))
    norms = [np.linalg.norm(g)]
    for (W1, W2), z in zip(reversed(layers[:depth]), reversed(zs), strict=True):
        g = shortcut * g + alpha * ((g @ W2) * relu_grad(z)) @ W1
        norms.append(np.linalg.norm(g))
    return np.log10(np.array(norms) / norms[0])


def compute(alpha: float, depth: int) -> dict[str, object]:
    """Log10 norms (depth + 1,), measured and predicted; the predicted totals over alpha (100,)."""
    k = np.arange(depth + 1.0)
    residual = log10_norms(alpha, depth, shortcut=True)
    plain = log10_norms(alpha, depth, shortcut=False)
    total = float(residual[-1])
    return {
        "k": k,
        "residual": residual,
        "plain": plain,
        "residual_line": k * log10(1 + alpha**2) / 2,
        "plain_line": k * log10(alpha),
        "residual_total": total,
        "plain_total": float(plain[-1]),
        "alphas": ALPHAS,
        "totals": depth * np.log10(1 + ALPHAS**2) / 2,
        "here": np.array([alpha]),
        "now": np.array([total]),
        "verdict": "more than" if total > TENFOLD else "less than",
    }


FIGURE = Figure(
    name="residual_flow",
    title="α = {alpha:.2f}, {depth} blocks: {residual_total:+.2f} decades with the shortcut, "
    "{plain_total:+.1f} without",
    controls=(
        Slider("alpha", "branch scale α", 0.5, min=0.01, max=1.0, step=0.01),
        Slider("depth", "blocks L", 30, min=5, max=DEEPEST, step=5),
    ),
    compute=compute,
    panels=(
        Panel(
            "The shortcut keeps the gradient alive; the branch makes it grow",
            Axis("blocks travelled back from the output, k = L − l", limits=(0, DEEPEST)),
            Axis("log₁₀ of the gradient norm", limits=(-30, 12)),
            (
                Rule(0.0, dash="solid"),
                Line("k", "residual_line", label="predicted, residual: k log₁₀ √(1 + α²)"),
                Points("k", "residual", color="blue", size=3, label="measured, residual"),
                Line("k", "plain_line", color="vermillion", label="predicted, plain: k log₁₀ α"),
                Points("k", "plain", color="vermillion", size=3, label="measured, plain"),
            ),
            height=320,
        ),
        Panel(
            "Over all {depth} blocks the residual gradient grows {verdict} tenfold",
            Axis("branch scale α", limits=(0, 1)),
            Axis("log₁₀ growth over the stack", limits=(-0.5, 10)),
            (
                Rule(TENFOLD, label="tenfold"),
                Line("alphas", "totals", color="blue", label="predicted: L log₁₀ √(1 + α²)"),
                Points("here", "now", color="ink", marker="circle", size=5, label="measured now"),
            ),
            height=230,
        ),
    ),
    describe="{depth} blocks with branches scaled by {alpha:.2f}: from output to input, log10 of "
    "the gradient norm changes by {residual_total:.2f} with shortcuts and by {plain_total:.1f} "
    "without. With shortcuts it grows {verdict} tenfold.",
)
