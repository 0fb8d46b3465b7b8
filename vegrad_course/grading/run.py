"""A grading run: what is new in `submitted/` is graded by the workers and written, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.errors import Refusal
from vegrad_course.grading import secret
from vegrad_course.grading.cluster import Workers
from vegrad_course.grading.filing import file_notebook
from vegrad_course.grading.folders import submissions
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.orders import Order
from vegrad_course.grading.record import Graded, Submission, from_bytes
from vegrad_course.grading.rules import Rules
from vegrad_course.lessons import Lesson


@dataclass
class Run:
    """One run over a lesson. Iterate over it to grade; each record is written when it comes by.

    A submission that is recorded with the same bytes is passed over, unless `again` is set: so a
    run that was interrupted goes on where it stopped.
    """

    course: Course
    lesson: Lesson
    writer: Writer
    workers: Workers
    rules: Rules
    again: bool = False
    passed_over: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[Graded]:
        sent: dict[str, Submission] = {}
        for data in self.workers.grade(self._orders(sent)):
            graded = from_bytes(data)
            submission = sent.pop(graded.student)
            file_notebook(self.course.root, graded, submission.timestamp)
            self.writer.write(graded, submission)
            yield graded
        self.writer.end(self.lesson.id)

    def _orders(self, sent: dict[str, Submission]) -> Iterator[bytes]:
        """The orders still to be sent. What is known of each is kept until its record is back."""
        release = released_text(self.course, self.lesson)
        keys = secret.load(self.course.root)
        for submission in submissions(self.course.root, self.lesson.id):
            if not self.again and self._is_done(submission):
                self.passed_over += 1
                continue
            sent[submission.student] = submission
            rules = replace(self.rules, key=keys.of(submission.student))
            yield Order(submission, release, rules).to_bytes()

    def _is_done(self, submission: Submission) -> bool:
        recorded = self.writer.recorded_digest(submission.student, submission.lesson)
        return recorded == submission.digest


def released_text(course: Course, lesson: Lesson) -> str:
    """The notebook that was handed out."""
    path = course.student(lesson)
    read_notebook(path)
    return path.read_text(encoding="utf-8")


def count(root: Path, lesson: Lesson) -> int:
    """How many students have a folder for the lesson."""
    found = len(list(Path(root, "submitted").glob(f"*/{lesson.id}")))
    if not found:
        raise Refusal(
            f"Nothing is submitted for {lesson.id} in {root / 'submitted'}. Collect first "
            f"(`nbgrader collect {lesson.id}`). `vegrad demo-class` makes a class to try."
        )
    return found
