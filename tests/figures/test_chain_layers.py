"""One odd layer in a chain, against the reference."""

import numpy as np
import pytest

from vegrad_course import scenes
from vegrad_course.reference.activations import ACTIVATIONS
from vegrad_course.reference.chains import chain_forward, gradient_per_layer

FIGURE = scenes.figure("chain_layers")


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("back", "odd"), [(1, 12.0), (7, 0.5), (19, 0.0), (20, 3.0)])
def test_gradients_are_the_reference(activation, back, odd):
    depth, entry, ws = 20, ACTIVATIONS[activation], np.full(20, 1.2)
    ws[depth - back] = odd
    zs, _ = chain_forward(ws, 1.0, entry.value)
    exact = np.abs(gradient_per_layer(ws, zs, entry.derivative))[::-1]
    scene = FIGURE.scene(activation=activation, back=back, odd=odd, depth=depth, weight=1.2)
    shown = scene.data["gradients"]
    assert np.array_equal(np.isnan(shown), exact == 0)
    np.testing.assert_allclose(10 ** shown[exact > 0], exact[exact > 0], rtol=1e-9)
    both = np.fmax(scene.data["usual"], scene.data["different"])
    np.testing.assert_allclose(np.cumsum(both)[exact > 0], shown[exact > 0], atol=1e-9)


def test_a_zero_weight_is_shown_as_gone_for_all_layers_before_it_and_for_no_other():
    scene = FIGURE.scene(odd=0.0, back=12, depth=30)
    assert np.flatnonzero(np.isnan(scene.data["gradients"])).tolist() == list(range(12, 31))
    assert (scene.data["gone"], scene.data["end"]) == (11.5, 30.5)
    assert scene.data["fate_before"] == "exactly 0" and scene.data["layer"] == 19
    assert np.isnan(FIGURE.scene(odd=0.5).data["gone"])


def test_a_dead_relu_closes_the_way_for_the_layers_after_it_too():
    scene = FIGURE.scene(activation="relu", odd=0.0)
    assert scene.title.endswith("the odd layer: exactly 0; after it: exactly 0")
    assert np.isnan(scene.data["gradients"][1:]).all()


def test_the_shift_is_the_same_for_every_layer_before_the_odd_one():
    data = FIGURE.scene(activation="leaky_relu", odd=0.5, back=9, depth=25).data
    shift = data["gradients"] - data["alike"]
    np.testing.assert_allclose(shift[9:], np.log10(0.5))
    np.testing.assert_allclose(shift[:9], 0, atol=1e-12)
    assert (data["fate_before"], data["fate_after"]) == ("−0.3 decades", "unchanged")
    assert FIGURE.scene(odd=1.0).data["fate_before"] == "unchanged"
