"""Spectra of products, against the slow and exact way."""

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.reference import log10_singular_spectrum, product
from vegrad_course.scenes.product_spectrum import layers

FIGURE = scenes.figure("product_spectrum")


@pytest.mark.parametrize(("depth", "width"), [(1, 32), (5, 16), (16, 8), (16, 32)])
def test_the_spectrum_is_right_also_where_the_product_is_only_noise(depth, width):
    data = FIGURE.compute(depth, "Gaussian", str(width))
    exact = log10_singular_spectrum(layers("Gaussian", width)[:depth])
    np.testing.assert_allclose(data["spectrum"], exact, atol=1e-3)


def test_the_plain_product_would_lose_the_smallest_value():
    data = FIGURE.compute(16, "Gaussian", "32")
    plain = np.linalg.svd(product(layers("Gaussian", 32)), compute_uv=False)
    assert abs(np.log10(plain[-1]) - data["smallest"][-1]) > 0.1


def test_orthogonal_layers_keep_every_length():
    data = FIGURE.compute(16, "orthogonal", "32")
    np.testing.assert_allclose(data["spectrum"], 0, atol=1e-12)
    assert data["condition"] == pytest.approx(1) and data["rate"] == 0


def test_gaussian_layers_keep_the_mean_square_and_lose_the_smallest():
    data = FIGURE.compute(4, "Gaussian", "32")
    assert abs(data["rms"][3]) < 0.15
    assert np.all(np.diff(data["largest"] - data["smallest"]) > 0)
