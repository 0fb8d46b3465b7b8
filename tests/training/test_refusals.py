"""Impossible settings are refused in one line that says what to do."""

from dataclasses import replace

import numpy as np
import pytest

from vegrad_course.errors import Refusal
from vegrad_course.training import Data, Network, Recipe, train, train_one_by_one

x, y = np.random.default_rng(0).normal(size=(20, 3)), np.arange(20) % 2
GOOD = Data(x, y, x, y)
holes = np.where(np.arange(3) == 1, np.nan, x)


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        (Network, {"depth": 0}, "hidden layers, at least 1: got 0."),
        (Network, {"depth": 2.5}, "hidden layers, at least 1: got 2.5."),
        (Network, {"depth": True}, "got True."),
        (Network, {"depth": 2, "width": -1}, "units, at least 1: got -1."),
        (Network, {"depth": 2, "activation": "tahn"}, "got 'tahn'. Did you mean 'tanh'?"),
        (Network, {"depth": 2, "activation": None}, "got None."),
        (Network, {"depth": 2, "sigma_w2": -1.0}, "sigma_w2 must be a variance"),
        (Network, {"depth": 2, "sigma_b2": np.nan}, "sigma_b2 must be a variance"),
        (Network, {"depth": 2, "seed": "one"}, "seed must be a whole number"),
        (Recipe, {"lr": 0}, "lr must be finite and above 0: got 0."),
        (Recipe, {"lr": np.inf}, "lr must be finite and above 0: got inf."),
        (Recipe, {"lr": "fast"}, "got 'fast'."),
        (Recipe, {"optimizer": "adan"}, "got 'adan'. Did you mean 'adam'?"),
        (Recipe, {"dtype": "float16"}, "dtype must be one of float32, float64"),
        (Recipe, {"steps": 0}, "steps must be a whole number, at least 1: got 0."),
        (Recipe, {"batch": 1.5}, "batch must be a whole number, at least 1: got 1.5."),
        (Recipe, {"weight_decay": -1}, "weight_decay must be finite and not negative"),
    ],
)
def test_settings(kind, settings, said):
    refused(said, kind, **settings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x_train": holes}, "x_train must hold finite numbers: got 20 that are not."),
        ({"x_test": x * np.inf}, "x_test must hold finite numbers: got 60 that are not."),
        ({"x_train": x.astype(str)}, "x_train must hold finite numbers: got <U"),
        ({"x_train": x[0]}, "(examples, features), none of them 0: got (3,)."),
        ({"x_train": x[:0], "y_train": y[:0]}, "none of them 0: got (0, 3)."),
        ({"x_test": x[:, :2]}, "the same number of features: got 3 and 2."),
        ({"y_train": y[:-1]}, "each of the 20 examples: got shape (19,)."),
        ({"y_train": y / 2}, "y_train must hold whole numbers from 0 up: got float64."),
        ({"y_test": y - 1}, "y_test must hold whole numbers from 0 up: got -1."),
    ],
)
@pytest.mark.parametrize("way", [train, train_one_by_one])
def test_data(way, change, said):
    refused(said, way, [Network(1, 4)], Recipe(steps=1), replace(GOOD, **change))


@pytest.mark.parametrize("way", [train, train_one_by_one])
@pytest.mark.parametrize(
    ("networks", "said"),
    [([], "at least one Network: got none."), ([3], "must hold Networks: got 3.")],
)
def test_networks(way, networks, said):
    refused(said, way, networks, Recipe(steps=1), GOOD)


def test_what_is_no_data():
    refused("got ndarray without x_train.", train, [Network(1, 4)], Recipe(steps=1), x)


def refused(said, call, *arguments, **settings):
    with pytest.raises(Refusal) as error:
        call(*arguments, **settings)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith((".", "?"))
