"""What a graded class shows, from its records in one pass: how it went and what was hard.

Only what the table and the plots need stays in memory: a few numbers for each student.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from vegrad_course.exercises import registry
from vegrad_course.grading.record import ExerciseVerdict, Graded

BINS = 10
LOOK = {  # verdicts that say more about the run than about the answer
    "timeout": "was stopped for time",
    "memory": "was stopped for memory",
    "died": "its process ended",
    "killed": "was killed",
    "malformed": "sent what is no answer",
    "answered twice": "answered twice",
    "no answer": "gave no answer",
}


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise: shares from 0 to 1, over the `answers` that were judged."""

    name: str
    points: float
    answers: int
    mean_share: float
    passed_share: float


@dataclass(frozen=True)
class Mistake:
    """A known mistake, how many made it, and what they were told."""

    exercise: str
    name: str
    count: int
    message: str


@dataclass(frozen=True)
class StudentLine:
    """One student. `scores` holds the exercises that were judged; `look` says why to look."""

    student: str
    score: float
    scores: Mapping[str, float]
    look: tuple[str, ...]
    protection: str
    seconds: float


@dataclass(frozen=True)
class Summary:
    """A class. `quartiles` are points: least, lower quarter, median, upper quarter, most.

    `histogram` counts students by their share of the points, in ten equal steps from 0 to 1.
    `exercises` has the hardest first.
    """

    lesson: str
    number: int
    points: float
    mean: float
    quartiles: tuple[float, float, float, float, float]
    histogram: tuple[int, ...]
    exercises: tuple[ExerciseLine, ...]
    mistakes: tuple[Mistake, ...]
    kinds: Mapping[str, int]
    students: tuple[StudentLine, ...]
    seconds: float

    @property
    def to_look_at(self) -> tuple[StudentLine, ...]:
        return tuple(student for student in self.students if student.look)


def summarise(
    lesson: str, records: Iterable[Graded], waiting: Mapping[str, int] | None = None
) -> Summary:
    """Sum up the records of a lesson. `waiting` counts each student's answers for a person to mark.

    The points of the lesson are those of its exercises; answers in words are not among them.
    """
    students: list[StudentLine] = []
    kinds: Counter[str] = Counter()
    mistakes: Counter[tuple[str, str]] = Counter()
    judged: dict[str, list[tuple[float, bool]]] = {}
    for graded in records:
        students.append(_line(graded, (waiting or {}).get(graded.student, 0)))
        for verdict in graded.verdicts:
            kinds[verdict.kind] += 1
            mistakes[verdict.name, verdict.misconception] += bool(verdict.misconception)
            judged.setdefault(verdict.name, []).append((_share(verdict), verdict.kind == "passed"))
    points = sum(float(e.points) for e in registry.of_lesson(lesson[:2]))
    return Summary(
        lesson=lesson,
        number=len(students),
        points=points,
        **_distribution([student.score for student in students], points),
        exercises=tuple(sorted((_exercise(*item) for item in judged.items()), key=_hardest)),
        mistakes=tuple(_mistake(*key, n) for key, n in mistakes.most_common() if n),
        kinds=dict(kinds.most_common()),
        students=tuple(sorted(students, key=lambda student: student.student)),
        seconds=sum(student.seconds for student in students),
    )


def _share(verdict: ExerciseVerdict) -> float:
    return verdict.score / verdict.points if verdict.points else float(verdict.kind == "passed")


def _distribution(scores: list[float], points: float) -> dict:
    shares = np.array(scores) / (points or 1.0)
    steps = np.minimum((shares * BINS + 1e-9).astype(int), BINS - 1)
    return {
        "mean": float(np.mean(scores)) if scores else 0.0,
        "quartiles": tuple(np.percentile(scores or [0.0], [0, 25, 50, 75, 100]).tolist()),
        "histogram": tuple(np.bincount(steps, minlength=BINS).tolist()),
    }


def _exercise(name: str, judged: list[tuple[float, bool]]) -> ExerciseLine:
    shares, passed = zip(*judged, strict=True)
    points = float(registry.find(name).points)
    return ExerciseLine(name, points, len(judged), float(np.mean(shares)), float(np.mean(passed)))


def _hardest(line: ExerciseLine) -> tuple[float, float, str]:
    return line.mean_share, line.passed_share, line.name


def _mistake(exercise: str, name: str, count: int) -> Mistake:
    known = {m.name: m.message for m in registry.find(exercise).misconceptions}
    return Mistake(exercise, name, count, " ".join(known.get(name, "").split()))


def _line(graded: Graded, waiting: int) -> StudentLine:
    scores = {verdict.name: verdict.score for verdict in graded.verdicts}
    look = tuple(_reasons(graded, waiting))
    return StudentLine(
        graded.student, graded.score, scores, look, graded.protection, graded.seconds
    )


def _reasons(graded: Graded, waiting: int) -> Iterable[str]:
    """Why a person should look at this submission, most urgent first."""
    if graded.protection != "sandbox":
        yield "graded without protection"
    yield from (" ".join(problem.text.split()) for problem in graded.problems)
    for kind, words in LOOK.items():
        names = [verdict.name for verdict in graded.verdicts if verdict.kind == kind]
        if names:
            yield f"{words}: {', '.join(names)}"
    if all(verdict.kind == "unanswered" for verdict in graded.verdicts):
        yield "nothing is answered"
    if waiting:
        yield f"{waiting} written answer{'s' if waiting > 1 else ''} to mark"
