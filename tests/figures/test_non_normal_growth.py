"""The powers of a triangular matrix, against their closed form."""

import numpy as np
import pytest

from vegrad_course import scenes

FIGURE = scenes.figure("non_normal_growth")


@pytest.mark.parametrize(("a", "b", "c"), [(0.9, 0.8, 1.0), (0.3, 1.05, 10.0), (0.5, 0.0, 4.0)])
def test_norms_are_those_of_the_closed_form(a, b, c):
    data = FIGURE.scene(a=a, b=b, c=c).data
    for k, norm in enumerate(data["norms"]):
        corner = c * (a**k - b**k) / (a - b)
        exact = np.linalg.norm([[a**k, corner], [0, b**k]], 2)
        assert norm == pytest.approx(exact, rel=1e-9, abs=1e-15)
    np.testing.assert_allclose(data["powers"], max(a, b) ** data["k"])
    assert np.all(data["norms"] >= data["powers"] * (1 - 1e-9))


def test_it_starts_at_the_lessons_matrix():
    scene = FIGURE.scene()
    assert scene.title == "Spectral radius 0.90: the norm first grows; its peak is 2.76, at k = 6"
    assert scene.data["below"] == 22


def test_the_title_tells_the_four_cases_apart():
    assert "falls from the start" in FIGURE.scene(c=0.0).title
    assert "stays" in FIGURE.scene(a=1.0, c=0.0).title
    assert "never fades" in FIGURE.scene(a=1.0).title
    assert "never fades" in FIGURE.scene(a=1.05, c=0.0).title
    assert np.isnan(FIGURE.scene(a=1.0).data["below"])


def test_below_one_radius_the_peak_lies_inside_the_picture():
    for c in (0.5, 10.0):
        assert FIGURE.scene(a=0.95, b=0.95, c=c).data["top"] < 60
