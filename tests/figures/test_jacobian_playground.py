"""Ellipses, singular values and eigenvalues of the playground, against the reference."""

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.reference.spectra import log10_singular_spectrum, spectral_radius

FIGURE = scenes.figure("jacobian_playground")
SETTINGS = [(1.5, 0.5, 40), (1.5, 0.5, 30), (1.6, 0.4, 0), (0.4, 1.6, 90), (1.0, 1.0, 15)]


def at(s1, s2, angle, layers):
    """The scene's data and its matrix."""
    data = FIGURE.scene(s1=s1, s2=s2, angle=angle, layers=layers).data
    return data, np.array([[data["w11"], data["w12"]], [data["w21"], data["w22"]]])


@pytest.mark.parametrize(("s1", "s2", "angle"), SETTINGS)
def test_singular_values_and_eigenvalues_are_the_reference(s1, s2, angle):
    data, W = at(s1, s2, angle, 3)
    np.testing.assert_allclose(np.linalg.svd(W)[1], sorted((s1, s2), reverse=True))
    for k in range(1, 13):
        shown = data["large"][k], data["small"][k]
        np.testing.assert_allclose(shown, log10_singular_spectrum([W] * k), atol=1e-9)
        assert data["low"][k] < shown[1] + 1e-9 and shown[0] < data["high"][k] + 1e-9
    assert data["growth"] == pytest.approx(spectral_radius(W), rel=1e-6)
    sizes = 12 * np.log10(np.sort(np.abs(np.linalg.eigvals(W))))
    np.testing.assert_allclose([data["second"][-1], data["first"][-1]], sizes, atol=1e-5)


@pytest.mark.parametrize(("s1", "s2", "angle"), SETTINGS)
@pytest.mark.parametrize("layers", [1, 4, 12])
def test_the_half_axes_are_the_farthest_and_nearest_points_of_the_image(s1, s2, angle, layers):
    data, W = at(s1, s2, angle, layers)
    image = np.stack([data["image_x"], data["image_y"]])
    circle = np.stack([data["circle_x"], data["circle_y"]])
    np.testing.assert_allclose(image, np.linalg.matrix_power(W, layers) @ circle, atol=1e-9)
    long, short = (np.array([data[f"{n}_x"][1], data[f"{n}_y"][1]]) for n in ("long", "short"))
    values = 10 ** log10_singular_spectrum([W] * layers)
    np.testing.assert_allclose([np.linalg.norm(long), np.linalg.norm(short)], values, rtol=1e-9)
    assert abs(long @ short) < 1e-9 * values[0] * values[1]
    # On the ellipse: in the frame of its half-axes every image point has length 1.
    frame = np.stack([long / values[0] ** 2, short / values[1] ** 2])
    if values[0] < 1e4 * values[1]:
        np.testing.assert_allclose(np.linalg.norm(frame @ image, axis=0), 1, rtol=1e-6)


def test_the_long_run_depends_on_the_angle_and_one_layer_does_not():
    straight, turned = (FIGURE.scene(angle=angle) for angle in (0, 40))
    assert straight.title == "One layer: up to ×1.50. In the long run: ×1.50 a layer, it explodes"
    assert turned.title == "One layer: up to ×1.50. In the long run: ×0.87 a layer, it vanishes"
    assert FIGURE.scene(s1=1.0, s2=1.0).title.endswith("it holds")
