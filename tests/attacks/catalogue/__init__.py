"""The catalogue: every hostile submission by category, and every honest one."""

from tests.attacks.catalogue import (
    cells,
    channels,
    exhaustion,
    fake_objects,
    files,
    honest_answers,
    honest_notebooks,
    judge_bombs,
    leaving,
    memory_used_up,
    pages,
    patching,
    reading,
    skipping_cells,
    time_used_up,
    writing,
)
from tests.attacks.catalogue.model import Attack

FILES = (
    skipping_cells,
    patching,
    fake_objects,
    channels,
    reading,
    writing,
    files,
    exhaustion,
    memory_used_up,
    time_used_up,
    leaving,
    cells,
    pages,
    judge_bombs,
)
ATTACKS: tuple[Attack, ...] = tuple(attack for file in FILES for attack in file.ATTACKS)
HONEST = (*honest_notebooks.HONEST, *honest_answers.HONEST)
BY_NAME = {attack.name: attack for attack in ATTACKS}

__all__ = ["ATTACKS", "BY_NAME", "HONEST"]
