"""The edge of chaos, against repeated maps and a search for the edge."""

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.reference import (
    activation,
    critical_weight_variance,
    fixed_point,
    tanh,
    tanh_grad,
    variance_map,
)

FIGURE = scenes.figure("edge_of_chaos")


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "silu"])
@pytest.mark.parametrize("sigma_w2", [0.5, 1.5, 3.0])
def test_the_staircase_is_the_map_applied_again_and_again(name, sigma_w2):
    data = FIGURE.compute(sigma_w2, 0.1, name)
    f, q = activation(name).value, 3.0
    for x, after in zip(data["x"][1:-1:2], data["y"][1::2], strict=True):
        assert x == pytest.approx(q)
        q = float(variance_map(q, sigma_w2, 0.1, f))
        assert after == pytest.approx(q)


@pytest.mark.parametrize("sigma_w2", [0.5, 1.0, 2.5])
def test_the_point_lies_on_the_curve_of_chi(sigma_w2):
    scene = FIGURE.scene(sigma_w2=sigma_w2)
    drawn = np.isfinite(scene.data["weights"])
    on_curve = np.interp(sigma_w2, scene.data["weights"][drawn], scene.data["curve"][drawn])
    assert scene.data["chi"] == pytest.approx(on_curve, abs=0.005)
    assert f"{fixed_point(sigma_w2, 0.05, tanh):.3f}" in scene.data["settles"]


@pytest.mark.parametrize("sigma_b2", [0.05, 0.15, 0.3])
def test_the_verdict_changes_at_the_edge(sigma_b2):
    edge = critical_weight_variance(sigma_b2, tanh, tanh_grad)
    said = [
        FIGURE.scene(sigma_w2=edge * factor, sigma_b2=sigma_b2).title for factor in (0.95, 1, 1.05)
    ]
    words = ("vanishes", "holds", "explodes")
    assert all(word in title for word, title in zip(words, said, strict=True))


def test_depth_scale_of_the_graded_number_is_shown():
    assert "ξ = 10.4 layers" in FIGURE.scene(sigma_w2=1.39).title
    assert "never settles" in FIGURE.scene(activation="relu", sigma_w2=2.5).alt
