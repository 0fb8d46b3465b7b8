"""Training together ends where the plain loop ends."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from vegrad_course.datasets import digits
from vegrad_course.training import ACTIVATIONS, Network, Recipe, train, train_one_by_one

DATA = digits()
SGD = Recipe("sgd", lr=0.05, batch=32, steps=30, weight_decay=1e-3, dtype="float64")
ADAM = replace(SGD, optimizer="adam", lr=0.003)


def both_ways(networks, recipe):
    one_by_one = train_one_by_one(networks, recipe, DATA, progress=False)
    return train(networks, recipe, DATA, progress=False), one_by_one


def largest_difference(together, loop):
    return max(
        np.abs(np.subtract(a.losses, b.losses)).max() for a, b in zip(together, loop, strict=True)
    )


@pytest.mark.parametrize("recipe", [SGD, ADAM], ids=["sgd", "adam"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_in_float64_to_the_last_digits(activation, recipe):
    networks = [Network(3, 16, activation, sigma, 0.1, 0) for sigma in (1.0, 2.0)]
    together, loop = both_ways(networks, recipe)
    assert largest_difference(together, loop) < 1e-12
    assert [(one.train_accuracy, one.test_accuracy) for one in together] == [
        (one.train_accuracy, one.test_accuracy) for one in loop
    ]


def test_in_float32_but_for_rounding():
    networks = [Network(10, 64, sigma_w2=1.5, seed=seed) for seed in range(3)]
    together, loop = both_ways(networks, replace(SGD, dtype="float32"))
    assert 0 < largest_difference(together, loop) < 1e-4


def test_shapes_and_depths_mixed_come_back_in_order():
    networks = [
        Network(depth, width, activation, seed=seed)
        for seed in (0, 1)
        for depth in (5, 1, 2)
        for width, activation in ((8, "relu"), (12, "tanh"))
    ]
    together, loop = both_ways(networks, SGD)
    assert [one.network for one in together] == networks
    assert largest_difference(together, loop) < 1e-12


def test_the_number_of_workers_changes_nothing():
    networks = [Network(depth, 8, seed=seed) for depth in (1, 4, 2) for seed in range(5)]
    alone = train(networks, SGD, DATA, progress=False)
    torch.set_num_threads(3)
    assert largest_difference(train(networks, SGD, DATA, progress=False), alone) < 1e-12


def test_more_networks_than_one_stack_holds():
    networks = [Network(1, 2, seed=seed) for seed in range(150)]
    recipe = replace(SGD, steps=3)
    together, loop = both_ways(networks, recipe)
    assert largest_difference(together, loop) < 1e-12


def test_a_batch_larger_than_the_test_set():
    together, loop = both_ways([Network(2, 8)], replace(SGD, batch=1000, steps=5))
    assert largest_difference(together, loop) < 1e-12
    assert together[0].test_accuracy == loop[0].test_accuracy


def test_it_learns():
    recipe = Recipe("adam", lr=0.003, steps=150)
    (result,) = train([Network(2, 32)], recipe, DATA, progress=False)
    assert result.test_accuracy > 0.9
    assert result.losses[-1] < 0.5 < result.losses[0]
