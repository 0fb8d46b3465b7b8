"""From an answer to marks: run every case, judge it, recognise the mistake."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vegrad_course.exercises.model import (
    Case,
    Exercise,
    Misconception,
    Outputs,
    Verdict,
    failed,
)
from vegrad_course.exercises.running import IN_LINE, run
from vegrad_course.exercises.variants import another

SEED = 20_250_306


@dataclass(frozen=True)
class Mark:
    """One case, what came back for it, and the judge's word."""

    case: Case
    outputs: Outputs
    verdict: Verdict


@dataclass(frozen=True)
class Marks:
    """All cases of one exercise for one answer."""

    exercise: Exercise
    marks: tuple[Mark, ...]
    misconception: Misconception | None = None

    @property
    def passed(self) -> bool:
        return all(mark.verdict.passed for mark in self.marks)

    @property
    def share(self) -> float:
        return sum(mark.verdict.passed for mark in self.marks) / len(self.marks)

    @property
    def score(self) -> float:
        return round(self.exercise.points * self.share, 2)

    @property
    def first_failure(self) -> Mark | None:
        return next((mark for mark in self.marks if not mark.verdict.passed), None)


def in_points(score: float, points: float) -> str:
    """A score in words: "0.17 of 1 point"."""
    return f"{score:g} of {points:g} point{'' if points == 1 else 's'}"


def mark(exercise: Exercise, answer: Any, seed: int = SEED, seconds: float | None = None) -> Marks:
    """Mark an answer. The same seed asks the same questions."""
    cases = cases_of(exercise, seed)
    answered = [(case, run(exercise, answer, case, seconds)) for case in cases]
    return marks_of(exercise, answered, seconds)


def marks_of(
    exercise: Exercise, answered: Iterable[tuple[Case, Outputs]], seconds: float | None = None
) -> Marks:
    """Marks for outputs that were collected before. The answer itself is not needed."""
    marks = tuple(_judged(exercise, case, outputs) for case, outputs in answered)
    return Marks(exercise, marks, _recognise(exercise, marks, seconds))


def first_failure(
    exercise: Exercise, answer: Any, seed: int = SEED, seconds: float | None = None
) -> Mark | None:
    """The first case that an answer fails, or None. Stops there, and recognises nothing."""
    cases = cases_of(exercise, seed)
    marks = (_judged(exercise, case, run(exercise, answer, case, seconds)) for case in cases)
    return next((mark for mark in marks if not mark.verdict.passed), None)


def cases_of(exercise: Exercise, seed: int) -> tuple[Case, ...]:
    """The questions that a seed asks."""
    return tuple(exercise.cases(np.random.default_rng(seed)))


def judge(exercise: Exercise, case: Case, outputs: Outputs) -> Verdict:
    """The judge's word on outputs that may carry a fault."""
    if outputs.fault:
        return failed(outputs.fault.kind, outputs.fault.message)
    try:
        return exercise.judge(case, outputs)
    except KeyError as part:
        came = ", ".join(f"`{name}`" for name in list(outputs.arrays)[:5]) or "nothing"
        return failed(
            "type",
            f"your answer came back as a dict of {came}, without {part}. "
            "Return the numbers themselves, not a dict of them.",
        )


def _judged(exercise: Exercise, case: Case, outputs: Outputs) -> Mark:
    return Mark(case, outputs, judge(exercise, case, outputs))


def _recognise(
    exercise: Exercise, marks: tuple[Mark, ...], seconds: float | None
) -> Misconception | None:
    """The misconception that fails as this answer fails: the same outputs on the same cases."""
    if all(mark.verdict.passed for mark in marks) or marks[0].verdict.kind == "unanswered":
        return None
    for known in exercise.misconceptions:
        cases = [mark.case for mark in marks]
        theirs = [_judged(exercise, c, run(exercise, known.wrong, c, seconds)) for c in cases]
        wrong = [(a, b) for a, b in zip(marks, theirs, strict=True) if not b.verdict.passed]
        if wrong and all(_alike(ours, other, known.rtol) for ours, other in wrong):
            return known
    rights = (o for o in exercise.others if all(judge(o, m.case, m.outputs).passed for m in marks))
    return next((another(other, exercise) for other in rights), None)


def _alike(ours: Mark, other: Mark, rtol: float) -> bool:
    """Does our failure look like the other? By the values, the warnings, or what was raised."""
    if ours.verdict.passed:
        return False
    if other.verdict.kind in ("value", "nan", "shape"):
        return _equal(ours.outputs, other.outputs, rtol)
    if ours.verdict.kind != other.verdict.kind:
        return False
    if other.verdict.kind == "warning":
        return set(ours.outputs.warnings) >= set(other.outputs.warnings)
    return other.verdict.kind not in ("raised", "type") or _said(ours) == _said(other)


def _said(mark: Mark) -> str:
    return mark.verdict.problem.partition(IN_LINE)[0]


def _equal(ours: Outputs, other: Outputs, rtol: float) -> bool:
    if ours.arrays.keys() != other.arrays.keys() or not other.arrays:
        return False
    return all(_close(ours[name], other[name], rtol) for name in other.arrays)


def _close(a: np.ndarray, b: np.ndarray, rtol: float) -> bool:
    if a.shape != b.shape:
        return False
    if "U" in (a.dtype.kind, b.dtype.kind):
        return bool((a == b).all())
    return np.allclose(a, b, rtol=rtol, atol=1e-12, equal_nan=True)
