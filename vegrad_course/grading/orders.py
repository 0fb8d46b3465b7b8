"""An order: all that a worker needs to grade one submission, as bytes. No file system is shared."""

from dataclasses import asdict, dataclass

import msgpack

from vegrad_course import lessons
from vegrad_course.exercises import registry
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.record import ExerciseVerdict, Graded, Problem, Submission, to_bytes
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.sandbox import Sandbox

KILLED = "Grading this submission ended the grader's own process, twice. No marks are given."


@dataclass(frozen=True)
class Order:
    """A submission, the notebook that was handed out (its text), and how to grade."""

    submission: Submission
    release: str
    rules: Rules

    def to_bytes(self) -> bytes:
        return msgpack.packb(asdict(self))

    @staticmethod
    def from_bytes(data: bytes) -> "Order":
        plain = msgpack.unpackb(data)
        rules = {**plain["rules"], "limits": Limits(**plain["rules"]["limits"])}
        return Order(Submission(**plain["submission"]), plain["release"], Rules(**rules))

    def grade(self, sandbox: Sandbox) -> bytes:
        """The record's bytes."""
        import nbformat

        from vegrad_course.grading.grader import grade

        release = nbformat.reads(self.release, as_version=4)
        return to_bytes(grade(self.submission, release, self.rules, sandbox))


def killed(data: bytes) -> bytes:
    """The record of a submission that no grader survives."""
    order = Order.from_bytes(data)
    submission, number = order.submission, lessons.find(order.submission.lesson).number
    verdicts = tuple(
        ExerciseVerdict(exercise.name, 0.0, float(exercise.points), "killed", KILLED)
        for exercise in registry.of_lesson(number)
    )
    graded = Graded(
        student=submission.student,
        lesson=submission.lesson,
        digest=submission.digest,
        seed=order.rules.seed,
        verdicts=verdicts,
        problems=(Problem("killed", KILLED),),
        notebook=order.release,
    )
    return to_bytes(graded)
