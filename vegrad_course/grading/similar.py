"""Answers that are alike beyond what the task explains: a hint for a person, never a verdict.

Only the students' own code counts: what was released is taken out. A piece of code weighs less the
more of the class wrote it, and nothing when all did; so the one short way to do a thing is held
against nobody, and pairs with too little left are not judged.

In classes made of each lesson's right and wrong answers, where two honest students often have the
same text to the letter, the threshold 0.8 named about one honest pair in a thousand, and 99 of 100
copies with new names, comments and order of lines.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np

from vegrad_course.errors import Refusal
from vegrad_course.grading.fingerprints import fingerprint

Answers = Mapping[str, Mapping[str, str]]  # student -> exercise -> text
EVIDENCE = 40.0  # weighted pieces that two must share; a line of code has 10 to 40
SMALL = 6  # a smaller class is weighed as one of this size


@dataclass(frozen=True)
class Match:
    """One exercise in which two answers are alike, and both texts."""

    exercise: str
    share: float
    texts: tuple[str, str]


@dataclass(frozen=True)
class Pair:
    """Two students, the share of their own code that is alike (0 to 1), and in which exercises."""

    students: tuple[str, str]
    share: float
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Shared:
    """What each two students share in one exercise: rows and columns are students, in order.

    The diagonal holds how much each has of their own.
    """

    students: list[str]
    weight: np.ndarray

    def share(self, i: int, j: int) -> float:
        """Twice the shared weight over the sum of both: 1 for equal answers."""
        both = self.weight[i, i] + self.weight[j, j]
        return round(float(2 * self.weight[i, j] / both), 6) if both else 0.0


def similar(answers: Answers, released: Mapping[str, str], threshold: float = 0.8) -> list[Pair]:
    """The pairs whose share is at least `threshold`, the most alike first.

    `released` holds the text of each exercise's cell before any answer; only these are compared.
    """
    if not 0 < threshold <= 1:
        raise Refusal(f"--threshold is a share from 0 to 1: got {threshold:g}. Try 0.8.")
    students = sorted(answers)
    parts = {name: _shared(students, answers, name, text) for name, text in released.items()}
    whole = Shared(students, sum((p.weight for p in parts.values()), np.zeros((1, 1))))
    pairs = [
        Pair((one, two), whole.share(i, j), _matches(parts, answers, threshold, i, j))
        for (i, one), (j, two) in combinations(enumerate(students), 2)
        if whole.share(i, j) >= threshold and whole.weight[i, j] >= EVIDENCE
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, pair.students))


def _matches(
    parts: Mapping[str, Shared], answers: Answers, threshold: float, i: int, j: int
) -> tuple[Match, ...]:
    found = []
    for name, part in parts.items():
        if part.share(i, j) >= threshold:
            texts = (answers[part.students[i]][name], answers[part.students[j]][name])
            found.append(Match(name, part.share(i, j), texts))
    return tuple(sorted(found, key=lambda match: (-match.share, match.exercise)))


def _shared(students: list[str], answers: Answers, exercise: str, released: str) -> Shared:
    given = fingerprint(released)
    own = [fingerprint(answers[s].get(exercise, "")) - given for s in students]
    held = Counter(piece for pieces in own for piece in pieces)
    weigh = _weigher(len(students))
    shared = sorted(piece for piece, holders in held.items() if holders > 1)
    place = {piece: k for k, piece in enumerate(shared)}
    table = np.zeros((len(students), len(shared)), dtype=np.float32)
    for row, pieces in zip(table, own, strict=True):
        row[[place[piece] for piece in pieces if piece in place]] = 1
    weight = (table * [weigh(held[piece]) for piece in shared]) @ table.T
    np.fill_diagonal(weight, [sum(weigh(held[piece]) for piece in pieces) for pieces in own])
    return Shared(students, weight.astype(float))


def _weigher(students: int) -> Callable[[int], float]:
    """1 for a piece that one or two hold, falling to 0 for one that the whole class holds."""
    size = max(students, SMALL)
    return lambda holders: min(1.0, log(size / holders) / log(size / 2))
