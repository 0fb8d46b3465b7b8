"""What the seed decides: the weights at the start and the order of the examples."""

import numpy as np

from vegrad_course.datasets import digits
from vegrad_course.training import Network, Recipe, train
from vegrad_course.training.network import initial_layers
from vegrad_course.training.recipe import batches

RECIPE = Recipe(steps=20, batch=16)


def losses(networks):
    return [one.losses for one in train(networks, RECIPE, digits(), progress=False)]


def test_the_same_seed_the_same_run_and_another_seed_another():
    first, again, other = losses([Network(2, 8, seed=seed) for seed in (3, 3, 4)])
    assert first == again
    assert first != other


def test_neighbours_change_nothing():
    alone = losses([Network(2, 8, seed=1)])[0]
    among = losses([Network(2, 8, sigma_w2=s, seed=1) for s in (0.5, 1.0, 9.0)])[1]
    np.testing.assert_allclose(alone, among, rtol=1e-5)


def test_the_weights_have_the_variance_asked_for():
    layers = initial_layers(Network(2, 400, sigma_w2=3.0, sigma_b2=0.25), 100, 10)
    assert [layer.weight.shape for layer in layers] == [(400, 100), (400, 400), (10, 400)]
    for layer in layers:
        fan_in = layer.weight.shape[1]
        np.testing.assert_allclose(layer.weight.var() * fan_in, 3.0, rtol=0.1)
    np.testing.assert_allclose(layers[0].bias.var(), 0.25, rtol=0.25)


def test_gains_share_their_random_numbers():
    small, large = (initial_layers(Network(1, 4, sigma_w2=s), 3, 2)[0].weight for s in (1, 4))
    np.testing.assert_allclose(large, 2 * small)


def test_every_epoch_shows_every_example_once():
    order = batches(Network(1, seed=5), Recipe(batch=4, steps=6), examples=12)
    assert order.shape == (6, 4)
    for epoch in np.split(order, 2):
        assert sorted(epoch.ravel()) == list(range(12))


def test_the_history_keeps_the_first_and_the_last_step():
    recipe = Recipe(steps=250, batch=8, history=7)
    (result,) = train([Network(1, 4)], recipe, digits(), progress=False)
    assert (result.steps[0], result.steps[-1], len(result.steps)) == (0, 249, 7)
    assert len(result.losses) == 7
