"""Networks side by side in one convolution are the networks that they would be alone."""

import pytest
import torch

from vegrad_course.experiments.degradation_conv import side_by_side


@pytest.mark.parametrize("shortcut", [False, True])
def test_side_by_side_each_network_is_the_one_of_its_seed(shortcut: bool) -> None:
    images = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(9))
    seeds = (4, 5, 6)
    together = side_by_side(2, 4, shortcut, seeds)(images)
    for i, seed in enumerate(seeds):
        alone = side_by_side(2, 4, shortcut, (seed,))(images[:, i : i + 1])
        torch.testing.assert_close(together[:, i], alone[:, 0], rtol=1e-3, atol=1e-4)
    shown_the_same = side_by_side(2, 4, shortcut, seeds)(images[:, :1])
    assert not torch.allclose(shown_the_same[:, 0], shown_the_same[:, 1], atol=0.01)
