"""What every lesson must keep to, so that it can be released and graded."""

from itertools import pairwise

from vegrad_course.authoring.source import SourceCell
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.lessons import Lesson


def check_rules(lesson: Lesson, cells: tuple[SourceCell, ...]) -> None:
    """Refuse a lesson whose cells and exercises do not belong together."""
    answered = [cell.exercise for cell in cells if cell.exercise]
    checked = {cell.check: cell for cell in cells if cell.check}
    known = {exercise.name for exercise in registry.of_lesson(lesson.number)}
    for name in sorted({*answered, *checked} - known):
        raise Refusal(f"{lesson.id}: {name!r} is not an exercise of this lesson. {_where(lesson)}")
    for name in sorted(known):
        if name not in answered or name not in checked:
            part = "check" if name in answered else "exercise"
            raise Refusal(f'{lesson.id}: exercise {name!r} has no cell marked {part}="{name}".')
        _check_exercise(lesson, name, checked[name])
    for before, cell in pairwise((SourceCell("code", ""), *cells)):
        if cell.written or cell.points:
            _check_written(lesson, before, cell)


def _check_exercise(lesson: Lesson, name: str, check: SourceCell) -> None:
    exercise = registry.find(name)
    if not exercise.misconceptions:
        raise Refusal(f"{lesson.id}: exercise {name!r} has no misconception. Add at least one.")
    if len(exercise.hints) != 3:
        raise Refusal(f"{lesson.id}: exercise {name!r} has {len(exercise.hints)} hints, not 3.")
    last = check.text.strip().splitlines()[-1]
    if last not in (f"check({name})", f"check({name}={name})"):
        raise Refusal(
            f"{lesson.id}: the check of {name!r} must end with `check({name})` or "
            f"`check({name}={name})`, since nbgrader reads the last value. It ends with `{last}`."
        )


def _check_written(lesson: Lesson, before: SourceCell, cell: SourceCell) -> None:
    """An answer in words needs points, and the rubric that a person marks it by, in sight."""
    marker = f'[markdown] written="{cell.written or "name"}" points=4'
    valued = isinstance(cell.points, int | float) and 0 < cell.points < float("inf")
    if not cell.written or cell.kind != "markdown" or not valued:
        raise Refusal(
            f"{lesson.id}: a written answer is a markdown cell with a name and points above 0: "
            f"got a {cell.kind} cell, {cell.written!r}, points={cell.points!r}. Write `{marker}`."
        )
    if before.kind != "markdown" or "rubric" not in before.text.lower():
        raise Refusal(
            f"{lesson.id}: the cell before the written answer {cell.written!r} must be markdown "
            "and hold its rubric: it does not. Say there what each point is given for."
        )


def _where(lesson: Lesson) -> str:
    return f"Its exercises stand in exercises/lesson_{lesson.number}/, one file each."
