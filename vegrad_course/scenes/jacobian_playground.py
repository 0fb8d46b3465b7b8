"""The same 2×2 matrix as every layer: what singular values say of one, eigenvalues of many.

W stretches by s1 along one axis and s2 along the other, then turns by an angle. Up to a rotation
or a mirror of the plane, every 2×2 matrix is one of these.
"""

import math

import numpy as np

from vegrad_course.scenes.model import Area, Axis, Figure, Line, Panel, Points, Rule, Slider

LAYERS = np.arange(13.0)
ANGLES = np.linspace(0, 2 * np.pi, 121)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)])


def compute(s1: float, s2: float, angle: int, layers: int) -> dict[str, object]:
    """Circle, ellipse and its half-axes; log10 of both singular values of W^k for k = 0..12.

    The small singular value is det / the large one, which keeps its digits when W^k is a needle.
    """
    turn = math.radians(angle)
    W = np.array([[s1 * math.cos(turn), -s2 * math.sin(turn)],
                  [s1 * math.sin(turn), s2 * math.cos(turn)]])  # fmt: skip
    powers = [np.eye(2)]
    for _ in LAYERS[1:]:
        powers.append(W @ powers[-1])
    large = np.array([math.log10(largest(P)) for P in powers])
    product = LAYERS * math.log10(s1 * s2)
    M, long = powers[layers], 10 ** large[layers]
    tip, small = M @ principal(M), 10 ** (product[layers] - large[layers])
    side = small / long * np.array([-tip[1], tip[0]])
    image, rates = M @ CIRCLE, np.log10(eigenvalue_sizes(W, s1 * s2))
    return {
        "w11": W[0, 0], "w12": W[0, 1], "w21": W[1, 0], "w22": W[1, 1],
        "circle_x": CIRCLE[0], "circle_y": CIRCLE[1],
        "image_x": image[0], "image_y": image[1],
        "long_x": np.array([-tip[0], tip[0]]), "long_y": np.array([-tip[1], tip[1]]),
        "short_x": np.array([-side[0], side[0]]), "short_y": np.array([-side[1], side[1]]),
        "k": LAYERS, "large": large, "small": product - large,
        "first": rates[0] * LAYERS, "second": rates[1] * LAYERS,
        "low": LAYERS * math.log10(min(s1, s2)), "high": LAYERS * math.log10(max(s1, s2)),
        "most": max(s1, s2), "growth": 10 ** rates[0], "long": long, "short": small,
        "verdict": "it holds" if abs(rates[0]) < 1e-9 else
        "it vanishes" if rates[0] < 0 else "it explodes",
    }  # fmt: skip


def largest(M: np.ndarray) -> float:
    """The larger singular value of a 2×2 matrix."""
    (a, b), (c, d) = M
    return (math.hypot(a + d, c - b) + math.hypot(a - d, b + c)) / 2


def principal(M: np.ndarray) -> np.ndarray:
    """The direction (2,) that M stretches most: the top eigenvector of MᵀM. (1, 0) if all alike."""
    (a, b), (c, d) = M
    across, along = 2 * (a * b + c * d), a * a + c * c - b * b - d * d
    alike = math.hypot(across, along) < 1e-9 * (M**2).sum()
    half = 0.0 if alike else math.atan2(across, along) / 2
    return np.array([math.cos(half), math.sin(half)])


def eigenvalue_sizes(W: np.ndarray, det: float) -> tuple[float, float]:
    """|eigenvalue|, the larger first; a complex pair has size √det."""
    half = abs(float(np.trace(W))) / 2
    inside = half**2 - det
    size = half + math.sqrt(inside) if inside > 1e-9 else math.sqrt(det)
    return size, det / size


PLANE, COUNT = Axis("first coordinate"), Axis("layers k, all the same", limits=(0, 12))

FIGURE = Figure(
    name="jacobian_playground",
    title="One layer: up to ×{most:.2f}. In the long run: ×{growth:.2f} a layer, {verdict}",
    controls=(
        Slider("s1", "stretch s₁", 1.5, min=0.4, max=1.6, step=0.05),
        Slider("s2", "stretch s₂", 0.5, min=0.4, max=1.6, step=0.05),
        Slider("angle", "then turn by, degrees", 40, min=0, max=90, step=5),
        Slider("layers", "layers", 4, min=1, max=12, step=1),
    ),
    compute=compute,
    panels=(
        Panel(
            "W = ({w11:.2f}, {w12:.2f}; {w21:.2f}, {w22:.2f})",
            PLANE,
            Axis("second coordinate"),
            (
                Line("circle_x", "circle_y", color="muted", dash="dot", width=1.5,
                     label="unit circle"),
                Line("image_x", "image_y", color="blue", dash="solid",
                     label="after {layers} layers"),
                Line("long_x", "long_y", color="blue", dash="dash", width=1.5,
                     label="half-axes {long:.3g}"),
                Line("short_x", "short_y", color="vermillion", dash="dash", width=1.5,
                     label="and {short:.3g}"),
            ),
            height=360,
            equal=True,
        ),
        Panel(
            "Singular values of Wᵏ",
            COUNT,
            Axis("log₁₀", limits=(-5, 2.5)),
            (
                Rule(0.0, dash="solid"),
                Rule("layers", axis="x"),
                Area("k", "low", "high", color="muted", label="what one layer allows"),
                Line("k", "first", color="blue", dash="solid", width=1.4, label="|λ₁|ᵏ"),
                Line("k", "second", color="vermillion", dash="dash", width=1.4, label="|λ₂|ᵏ"),
                Points("k", "large", color="blue", marker="circle", label="largest"),
                Points("k", "small", color="vermillion", marker="square", label="smallest"),
            ),
            height=360,
        ),
    ),
    describe="A matrix with singular values {s1:.2f} and {s2:.2f} that turns by {angle} degrees: "
    "after {layers} layers the unit circle is an ellipse with half-axes {long:.3g} and "
    "{short:.3g}; in the long run each layer multiplies by {growth:.3f}.",
    columns=2,
    twin=("jacobian_playground",),
)  # fmt: skip
