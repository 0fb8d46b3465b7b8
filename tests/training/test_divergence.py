"""A run that diverges is reported, and leaves its neighbours alone."""

import numpy as np
import pytest

from vegrad_course.datasets import digits
from vegrad_course.training import Network, Recipe, train, train_one_by_one

TAME = Network(4, 16, "relu", sigma_w2=2.0)
WILD = Network(4, 16, "relu", sigma_w2=1e5)
RECIPE = Recipe(lr=0.05, batch=32, steps=40)


@pytest.mark.parametrize("way", [train, train_one_by_one])
def test_it_is_reported_with_its_step(way):
    (result,) = way([WILD], RECIPE, digits(), progress=False)
    assert result.diverged
    assert 0 < result.diverged_at < 40
    assert np.isnan([result.train_accuracy, result.test_accuracy]).all()
    assert max(result.steps) < result.diverged_at
    assert np.isfinite(result.losses).all()


def test_both_ways_name_the_same_step():
    ends = [way([WILD], RECIPE, digits(), progress=False) for way in (train, train_one_by_one)]
    assert ends[0][0].diverged_at == ends[1][0].diverged_at


def test_the_neighbours_do_not_feel_it():
    alone, again = train([TAME, TAME], RECIPE, digits(), progress=False)
    wild, *beside = train([WILD, TAME, TAME], RECIPE, digits(), progress=False)
    assert wild.diverged and not alone.diverged
    for one in (again, *beside):
        np.testing.assert_allclose(one.losses, alone.losses, rtol=1e-5)
        assert one.test_accuracy == alone.test_accuracy


@pytest.mark.parametrize("way", [train, train_one_by_one])
def test_a_last_step_that_breaks_the_network_counts(way):
    (whole,) = way([WILD], RECIPE, digits(), progress=False)
    until = Recipe(lr=0.05, batch=32, steps=whole.diverged_at)
    (result,) = way([WILD], until, digits(), progress=False)
    assert result.diverged_at == until.steps
    assert len(result.losses) == until.steps
    assert np.isnan(result.test_accuracy)


@pytest.mark.parametrize("way", [train, train_one_by_one])
def test_divergence_in_the_first_step_leaves_no_losses(way):
    (result,) = way([Network(4, 16, "relu", sigma_w2=1e30)], RECIPE, digits(), progress=False)
    assert (result.diverged_at, result.steps, result.losses) == (0, (), ())
