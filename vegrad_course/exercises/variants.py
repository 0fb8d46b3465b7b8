"""Variants: exercises that ask each student about another number.

Such an exercise is a function of its constants, and names the choices of each:

    @varied(share=(0.01, 0.02, 0.05))
    def exercise(share):
        return Exercise(...)

With variants off everybody has the first choice. A student's key decides theirs. The answer must
be a value: it is told from that of another student by the judge, which needs no inputs.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from vegrad_course.exercises.model import Case, Exercise, Misconception

ANOTHER = "the answer for another student's number"


def varied(**choices: tuple[Any, ...]) -> Callable[[Callable[..., Exercise]], Exercise]:
    """Turn a function of the constants into the exercise with the first choice of each."""

    def made(make: Callable[..., Exercise]) -> Exercise:
        first = {name: values[0] for name, values in choices.items()}
        return replace(make(**first), constants=first, choices=choices, make=make)

    return made


def variant(exercise: Exercise, key: str) -> Exercise:
    """The exercise of the student with that key. Without key or choices, the exercise itself."""
    if not key or not exercise.choices:
        return exercise
    lesson = exercise.lesson
    drawn = {name: _drawn(key, lesson, name, c) for name, c in exercise.choices.items()}
    return next(member for member in members(exercise) if member.constants == drawn)


def members(exercise: Exercise) -> tuple[Exercise, ...]:
    """The exercise for every choice of its constants; each knows the others. None without any."""
    if not exercise.choices:
        return ()
    rows = product(*exercise.choices.values())
    made = [_member(exercise, dict(zip(exercise.choices, row, strict=True))) for row in rows]
    return tuple(replace(m, others=tuple(o for o in made if o is not m)) for m in made)


def another(other: Exercise, own: Exercise) -> Misconception:
    """The mistake of an answer that is right for the constants of another student."""
    message = (
        f"This is the right answer for {shown(other)}. Your number is {shown(own)}: was the answer "
        "copied, or is the key that you entered not yours? `vegrad variants` shows your key."
    )
    return Misconception(None, message, name=ANOTHER)


def shown(exercise: Exercise) -> str:
    """The constants in words: `share = 0.05`."""
    return ", ".join(f"{name} = {value:g}" for name, value in exercise.constants.items())


def _drawn(key: str, lesson: str, name: str, choices: tuple[Any, ...]) -> Any:
    """Exercises of a lesson that name the same constant, with as many choices, agree on it."""
    digest = hmac.digest(key.encode(), f"{lesson}/{name}".encode(), "sha256")
    return choices[int.from_bytes(digest) % len(choices)]


def _member(exercise: Exercise, constants: Mapping[str, Any]) -> Exercise:
    """Its cases carry the constants, so that stored answers tell which question was asked."""
    made = exercise.make(**constants) if exercise.make else exercise
    return replace(
        made,
        name=exercise.name,
        lesson=exercise.lesson,
        cases=partial(_asking, made.cases, constants),
        constants=constants,
    )


def _asking(
    cases: Callable, constants: Mapping[str, Any], rng: np.random.Generator
) -> Iterator[Case]:
    for case in cases(rng):
        yield replace(case, inputs={**case.inputs, **constants})
