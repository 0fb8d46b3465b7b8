"""Everything that must hold of an exercise's grader, checked one claim after another."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from vegrad_course.authoring.course import Course
from vegrad_course.authoring.source import SourceCell, read
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import SEED, first_failure, mark
from vegrad_course.exercises.model import Exercise
from vegrad_course.exercises.variants import ANOTHER, members, shown
from vegrad_course.lessons import Lesson
from vegrad_course.proof.answers import namespace, rerun
from vegrad_course.proof.mutants import Mutant, mutants
from vegrad_course.proof.notebooks import run_notebook

SEEDS = (SEED, 1, 2)
MUTANT_SECONDS = 2.0


@dataclass
class Proof:
    """What was tried on one exercise, and the claims that did not hold."""

    exercise: str
    lesson: str
    misconceptions: int = 0
    alternatives: int = 0
    mutants: int = 0
    killed: int = 0
    equivalent: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def verify_lesson(course: Course, lesson: Lesson) -> Iterator[Proof]:
    """The proof of each exercise of a lesson, in the order of the lesson."""
    cells = read(course.source(lesson))
    names = namespace(cells)
    for cell in cells:
        if cell.exercise:
            exercise = registry.find(cell.exercise)
            proof = verify_exercise(exercise, cell, names)
            proof.failures += verify_variants(exercise, cells)
            yield proof


def verify_exercise(exercise: Exercise, cell: SourceCell, names: dict) -> Proof:
    proof = Proof(exercise.name, exercise.lesson)
    proof.failures += _right_answers(exercise, names, proof)
    proof.failures += _wrong_answers(exercise, proof)
    for mutant in mutants(cell):
        proof.mutants += 1
        if not _survives(exercise, cell, names, mutant):
            proof.killed += 1
        elif mutant.name in exercise.equivalent:
            proof.equivalent[mutant.name] = exercise.equivalent[mutant.name]
        else:
            proof.failures.append(f"the mutant `{mutant.name}` passes")
    unused = set(exercise.equivalent) - set(proof.equivalent)
    proof.failures += [f"no surviving mutant is called `{name}`" for name in sorted(unused)]
    return proof


def verify_variants(exercise: Exercise, cells: tuple[SourceCell, ...]) -> Iterator[str]:
    """What must hold for every choice of an exercise's constants. It counts in no number."""
    everyone = members(exercise)
    answers = {shown(member): namespace(cells, member.constants) for member in everyone}
    for member in everyone:
        proof = Proof(member.name, member.lesson)
        yield from (
            f"with {shown(member)}: {failure}"
            for failure in (
                *_right_answers(member, answers[shown(member)], proof),
                *_wrong_answers(member, proof),
                *_anothers_answers(member, answers),
            )
        )


def _anothers_answers(member: Exercise, answers: dict[str, dict]) -> Iterator[str]:
    for other in map(shown, member.others):
        marks = mark(member, answers[other][member.name])
        if marks.passed or not marks.misconception or marks.misconception.name != ANOTHER:
            yield f"the answer for {other} is not taken for another student's"


def _right_answers(exercise: Exercise, names: dict, proof: Proof) -> Iterator[str]:
    proof.alternatives = len(exercise.alternatives)
    right = {"the reference answer": names[exercise.name]}
    right |= {getattr(a, "__name__", str(a)): a for a in exercise.alternatives}
    for label, answer in right.items():
        for seed in SEEDS:
            if failure := first_failure(exercise, answer, seed):
                yield f"{label} fails in “{failure.case.name}”: {failure.verdict.problem}"


def _wrong_answers(exercise: Exercise, proof: Proof) -> Iterator[str]:
    proof.misconceptions = len(exercise.misconceptions)
    for known in exercise.misconceptions:
        for seed in SEEDS:
            marks = mark(exercise, known.wrong, seed)
            if marks.passed:
                yield f"the misconception {known.name!r} passes"
            elif marks.misconception is not known:
                said = marks.misconception.name if marks.misconception else "nothing"
                yield f"the misconception {known.name!r} is taken for {said!r} (seed {seed})"


def _survives(exercise: Exercise, cell: SourceCell, names: dict, mutant: Mutant) -> bool:
    try:
        answer = rerun(names, cell, mutant.text)
    except Exception:
        return False
    return first_failure(exercise, answer, SEED, MUTANT_SECONDS) is None


def verify_notebooks(course: Course, lesson: Lesson) -> list[str]:
    """The instructor notebook scores full marks; the untouched student notebook scores zero."""
    return [*verify_solved(course, lesson), *verify_untouched(course, lesson)]


def verify_solved(course: Course, lesson: Lesson) -> Iterator[str]:
    """Run the instructor notebook from top to bottom."""
    points = {exercise.name: exercise.points for exercise in registry.of_lesson(lesson.number)}
    run = run_notebook(course.instructor(lesson))
    if run.errors:
        yield f"{lesson.id}: the instructor notebook raises {sorted(set(run.errors))}"
    if run.scores != points:
        yield f"{lesson.id}: the instructor notebook scores {run.scores}, not {points}"


def verify_untouched(course: Course, lesson: Lesson) -> Iterator[str]:
    """Run the student notebook as it is handed out."""
    names = {exercise.name for exercise in registry.of_lesson(lesson.number)}
    run = run_notebook(course.student(lesson))
    if any(run.scores.values()) or run.scores.keys() != names:
        yield f"{lesson.id}: the untouched notebook scores {run.scores}, not zero"
    if odd := sorted(set(run.errors) - {"NotImplementedError"}):
        yield f"{lesson.id}: the untouched notebook raises {odd}"
