"""Train all networks together: equal shapes in stacks, one stack on each processor."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from threading import Event

import numpy as np
import torch

from vegrad_course.training.bar import Advance, bar
from vegrad_course.training.data import Examples, Tensors, as_tensors
from vegrad_course.training.network import Network, check_networks
from vegrad_course.training.recipe import Recipe, batches
from vegrad_course.training.result import Result, result_of
from vegrad_course.training.stack import Stack

ROOM, MOST = 64e6, 64  # a stack: at most so many bytes of weights and activations, and networks
TICK = 10  # training steps between two movements of the bar


def train(
    networks: Sequence[Network], recipe: Recipe, data: Examples, progress: bool = True
) -> list[Result]:
    """Train every network by the recipe, many at once: the results in the order of `networks`.

    `data` is a `Data`, or anything with its fields, such as `digits()`. A run that diverges is
    reported as diverged, and its neighbours do not feel it. Refusal for an empty list, or data
    that are not finite or do not fit together.
    """
    tensors = as_tensors(data, recipe.dtype)
    stacks = stacked(check_networks(networks), recipe)
    found: dict[int, Result] = {}
    stop = Event()
    with bar(len(networks) * recipe.steps, progress) as advance, one_thread_each() as pool:
        jobs = [
            pool.submit(train_stack, [networks[i] for i in stack], recipe, tensors, advance, stop)
            for stack in stacks
        ]
        try:
            for stack, job in zip(stacks, jobs, strict=True):
                found.update(zip(stack, job.result(), strict=True))
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    return [found[i] for i in range(len(networks))]


def stacked(networks: Sequence[Network], recipe: Recipe) -> list[list[int]]:
    """Which networks are trained as one: of equal shape, the deepest first."""

    def shape(i: int) -> tuple[int, int, str]:
        return networks[i].depth, networks[i].width, networks[i].activation

    order = sorted(range(len(networks)), key=shape, reverse=True)
    groups = [list(group) for _, group in groupby(order, key=shape)]
    return [part for group in groups for part in split(group, most(networks[group[0]], recipe))]


def most(network: Network, recipe: Recipe) -> int:
    """How many networks of this shape have room together."""
    one = 4 * network.depth * network.width * (network.width + recipe.batch)
    return int(np.clip(ROOM / one, 1, MOST))


def split(group: list[int], most: int) -> list[list[int]]:
    """Parts of nearly equal length, none longer than `most`, at least one for each processor."""
    parts = max(-(-len(group) // most), min(torch.get_num_threads(), len(group)))
    return [part.tolist() for part in np.array_split(group, parts)]


def train_stack(
    networks: Sequence[Network], recipe: Recipe, data: Tensors, advance: Advance, stop: Event
) -> list[Result]:
    stack = Stack(networks, recipe, data)
    order = [batches(one, recipe, len(data.x_train)) for one in networks]
    chosen = torch.tensor(np.stack(order, axis=1))
    losses = data.x_train.new_empty(recipe.steps, len(networks))
    for step in range(recipe.steps):
        if stop.is_set():
            break
        losses[step] = stack.step(data.x_train[chosen[step]], data.y_train[chosen[step]])
        if step % TICK == 0:
            advance(min(TICK, recipe.steps - step) * len(networks))
    train = stack.accuracy(data.x_train, data.y_train).tolist()
    test = stack.accuracy(data.x_test, data.y_test).tolist()
    each = zip(networks, losses.double().numpy().T, train, test, strict=True)
    return [result_of(one, recipe, curve, *ends) for one, curve, *ends in each]


@contextmanager
def one_thread_each() -> Iterator[ThreadPoolExecutor]:
    """As many workers as torch has threads, while torch itself keeps to one in each.

    Each works on a stack of its own and waits for nobody; torch's own threads would meet after
    every single operation.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(threads, "training") as pool:
            yield pool
    finally:
        torch.set_num_threads(threads)
