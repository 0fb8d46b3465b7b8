"""The progress bar, and that a training run leaves nothing behind."""

from contextlib import contextmanager

import pytest
import torch

from vegrad_course.datasets import digits
from vegrad_course.training import Network, Recipe, loop, together

NETWORKS = [Network(depth, 8, seed=seed) for depth in (1, 3) for seed in range(3)]
WAYS = pytest.mark.parametrize(
    "module, way", [(together, together.train), (loop, loop.train_one_by_one)]
)


@pytest.fixture
def moves(monkeypatch):
    """What the bar was told: first the total, then each advance."""
    told = []

    @contextmanager
    def bar(total, shown):
        told.append(total)
        yield told.append

    for module in (together, loop):
        monkeypatch.setattr(module, "bar", bar)
    return told


@WAYS
@pytest.mark.parametrize("sigma", [1.0, 1e30])
def test_it_reaches_the_end(moves, module, way, sigma):
    networks = [*NETWORKS, Network(4, 16, "relu", sigma_w2=sigma)]
    way(networks, Recipe(steps=25, batch=8), digits())
    total, *advances = moves
    assert total == sum(advances) == 25 * 7
    assert len(advances) > 2


@WAYS
def test_it_is_drawn_only_when_asked_for(monkeypatch, capsys, module, way):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    way(NETWORKS, Recipe(steps=5, batch=8), digits(), progress=False)
    assert capsys.readouterr() == ("", "")
    way(NETWORKS, Recipe(steps=5, batch=8), digits(), progress=True)
    out, err = capsys.readouterr()
    assert (out, "training" in err) == ("", True)


@WAYS
def test_a_file_gets_none(capsys, module, way):
    way(NETWORKS, Recipe(steps=5, batch=8), digits(), progress=True)
    assert capsys.readouterr() == ("", "")


def test_torch_keeps_its_number_of_threads():
    torch.set_num_threads(3)
    together.train(NETWORKS, Recipe(steps=2, batch=8), digits(), progress=False)
    assert torch.get_num_threads() == 3


def test_an_error_in_one_stack_ends_them_all(monkeypatch):
    def fail(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(together, "batches", fail)
    torch.set_num_threads(3)
    with pytest.raises(MemoryError, match="no room"):
        together.train(NETWORKS, Recipe(steps=2, batch=8), digits(), progress=False)
    assert torch.get_num_threads() == 3
