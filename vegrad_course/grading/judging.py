"""From a submission to its verdicts: run it in a sandbox, call its answers, judge them here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import Marks, cases_of, marks_of
from vegrad_course.exercises.model import Exercise, Fault, Outputs
from vegrad_course.exercises.running import run
from vegrad_course.exercises.variants import variant
from vegrad_course.grading.cells import Cell
from vegrad_course.grading.inside.wire import Other
from vegrad_course.grading.remote import fetch
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.sandbox import Sandbox
from vegrad_course.grading.session import GRACE, SandboxLost, Session
from vegrad_course.grading.slicing import all_cells, needed

ENDS = 3  # how often the sandbox may break down under one submission before it gets no more


@dataclass
class Judged:
    """Marks by exercise, outputs by the cell's position, and the verdicts of the sandbox itself."""

    marks: dict[str, Marks] = field(default_factory=dict)
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    lost: dict[str, SandboxLost] = field(default_factory=dict)


def judge_cells(cells: tuple[Cell, ...], lesson: str, rules: Rules, sandbox: Sandbox) -> Judged:
    """Judge every exercise of a lesson. An exercise that breaks the sandbox costs only itself."""
    answers = {cell.grade_id: place for place, cell in enumerate(cells) if cell.role == "answer"}
    judged = Judged()
    exercises = [variant(exercise, rules.key) for exercise in registry.of_lesson(lesson)]
    with Runs(cells, answers, rules, sandbox, constants_cell(exercises)) as runs:
        for exercise in exercises:
            try:
                judged.marks[exercise.name] = _judge(exercise, runs, rules)
            except SandboxLost as lost:
                judged.lost[exercise.name] = lost
                runs.broken(lost)
        judged.outputs = runs.outputs
    return judged


class Runs:
    """The runs of one submission: without the course's package, and where values need it, with."""

    def __init__(
        self,
        cells: tuple[Cell, ...],
        answers: dict[str, int],
        rules: Rules,
        sandbox: Sandbox,
        first: list[tuple[str, str]],
    ) -> None:
        self.cells, self.answers, self.rules, self.sandbox = cells, answers, rules, sandbox
        self.first = first
        self.outputs: dict[int, list[dict[str, Any]]] = {}
        self._sessions: dict[bool, Session] = {}
        self._ends: list[SandboxLost] = []

    def session(self, course: bool) -> Session:
        """The session in which the cells have run, started when it is first asked for."""
        if len(self._ends) >= ENDS:
            raise self._ends[-1]
        if course not in self._sessions:
            session = Session(self.sandbox, self.rules.limits, course)
            try:
                self._run(session, course)
            except SandboxLost as lost:
                session.close()
                self._ends.append(lost)
                return self.session(course)
            self._sessions[course] = session
        return self._sessions[course]

    def broken(self, lost: SandboxLost) -> None:
        """A session is lost: the next exercise gets a new one, a few times."""
        if lost not in self._ends:
            self._ends.append(lost)
        self._close()

    def _run(self, session: Session, course: bool) -> None:
        """Run what the answers need; after a breakdown, only the answers and imports."""
        if self._ends:
            places = needed([c for c in self.cells if c.role != "student"], self.answers)
            kept = [place for place, c in enumerate(self.cells) if c.role != "student"]
            places = [kept[place] for place in places]
        elif self.rules.whole:
            places = all_cells(self.cells)
        else:
            places = needed(self.cells, self.answers)
        texts = [(self.cells[p].id, self.cells[p].source) for p in places]
        made = session.run([*self.first, *texts])[len(self.first) :]
        if not course or not self.outputs:
            self.outputs = dict(zip(places, made, strict=True))

    def _close(self) -> None:
        for session in self._sessions.values():
            session.close()
        self._sessions = {}

    def __enter__(self) -> "Runs":
        return self

    def __exit__(self, *_: Any) -> None:
        self._close()


def constants_cell(exercises: Iterable[Exercise]) -> list[tuple[str, str]]:
    """A first cell in which `constant` gives the student's numbers. None where there are none.

    So they are the same with the course's package and without it. The key stays with the judge.
    """
    given = {(e.name, name): value for e in exercises for name, value in e.constants.items()}
    text = f"__import__('vegrad_course').constant = lambda *name: {given!r}[name]"
    return [("constants", text)] if given else []


def _judge(exercise: Exercise, runs: Runs, rules: Rules) -> Marks:
    if exercise.name not in runs.answers:
        return _without_answer(exercise, rules, "Your notebook has no cell with this answer.")
    session, wanted = runs.session(course=False), callable(exercise.misconceptions[0].wrong)
    answer = fetch(session, exercise.name, exercise.seconds)
    if not wanted and (answer is None or _holds_other(answer)):
        session = runs.session(course=True)
        answer = fetch(session, exercise.name, exercise.seconds)
    if answer is None:
        return _without_answer(exercise, rules, _why_none(exercise, runs))
    answer = answer if wanted or not callable(answer) else lambda: None
    cases = cases_of(exercise, rules.seed)
    answered = [(case, run(exercise, answer, case, exercise.seconds + GRACE)) for case in cases]
    session.settle()
    return marks_of(exercise, answered)


def _holds_other(value: Any) -> bool:
    """Is there anything in the value that could not cross?"""
    if isinstance(value, dict):
        return any(map(_holds_other, value.values()))
    if isinstance(value, list | tuple | set):
        return any(map(_holds_other, value))
    return isinstance(value, Other)


def _without_answer(exercise: Exercise, rules: Rules, why: str) -> Marks:
    kind = "no answer" if why else "unanswered"
    nothing = Outputs(fault=Fault(kind, why))
    return marks_of(exercise, [(case, nothing) for case in cases_of(exercise, rules.seed)])


def _why_none(exercise: Exercise, runs: Runs) -> str:
    """Why the answer's name does not exist. Empty where the answer is not written yet."""
    outputs = runs.outputs.get(runs.answers[exercise.name], [])
    errors = [output for output in outputs if output.get("output_type") == "error"]
    if not errors:
        return f"Your answer cell ran, but it defines no `{exercise.name}`."
    name, text = str(errors[-1].get("ename")), str(errors[-1].get("evalue"))
    if name == "NotImplementedError":
        return ""
    return f"Your answer cell ended in {name[:100]}: {text[:300]}"
