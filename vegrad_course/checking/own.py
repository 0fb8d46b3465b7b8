"""The learner's own numbers: everybody's, unless a key of theirs is kept on this computer."""

from typing import Any

from vegrad_course.checking import keys
from vegrad_course.errors import Refusal, nearest
from vegrad_course.exercises import registry
from vegrad_course.exercises.model import Exercise
from vegrad_course.exercises.variants import variant


def exercise(name: str) -> Exercise:
    """The exercise of that name, with the learner's own constants."""
    return variant(registry.find(name), keys.own())


def constant(exercise_name: str, name: str) -> Any:
    """Your own number in an exercise: `constant("one_percent_z", "share")`.

    It is the same at each opening. An unknown exercise or constant is refused.
    """
    constants = exercise(exercise_name).constants
    if not constants:
        raise Refusal(f"The exercise {exercise_name!r} has no constants: got {name!r}.")
    if name not in constants:
        near = nearest(str(name), list(constants))
        raise Refusal(f"The exercise {exercise_name!r} has no constant {name!r}. {near}")
    return constants[name]
