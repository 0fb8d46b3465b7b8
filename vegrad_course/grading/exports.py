"""Marks for Canvas and Moodle: plugins for `nbgrader export`.

    nbgrader export --exporter=vegrad_course.grading.exports.CanvasExportPlugin --to canvas.csv
    nbgrader export --exporter=vegrad_course.grading.exports.MoodleExportPlugin --to moodle.csv

Both files stay safe when they are opened in a spreadsheet: text that could be a formula is defused.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Unicode

from vegrad_course.errors import Refusal
from vegrad_course.grading.safe_text import defused, printable

Row = list[str]


class SheetPlugin(ExportPlugin):
    """What both have in common: which students and lessons, a student's score, the CSV file."""

    file_name = ""

    def rows(self, students: list[Any], lessons: list[Any]) -> Iterator[Row]:
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:
        self.gradebook = gradebook
        students = _chosen(gradebook.students, "id", self.student)
        lessons = _chosen(gradebook.assignments, "name", self.assignment)
        path = Path(self.to or self.file_name)
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows(self.rows(students, lessons))
        except OSError as error:
            raise Refusal(f"Cannot write {path}: {error.strerror}. Choose another --to.") from None
        self.log.info("%d students in %s", len(students), path)

    def submission(self, student: Any, lesson: Any) -> Any:
        try:
            return self.gradebook.find_submission(lesson.name, student.id)
        except MissingEntry:
            return None

    def score(self, student: Any, lesson: Any) -> str:
        """The score less the late penalty, or nothing where nothing was handed in."""
        handed_in = self.submission(student, lesson)
        if handed_in is None:
            return ""
        if handed_in.needs_manual_grade:
            self.log.warning("%s of %s still waits for a person.", lesson.name, student.id)
        return _number(max(0.0, handed_in.score - (handed_in.late_submission_penalty or 0.0)))


class CanvasExportPlugin(SheetPlugin):
    """A file for Canvas's Gradebook > Import.

    Canvas finds a student by the ID (nbgrader's `lms_user_id`), else by the login (nbgrader's
    student id), and an assignment by its number, else by its name. An empty field changes no mark.
    """

    file_name = "canvas.csv"
    assignment_ids = Dict(
        help="Canvas's number of each assignment, as in {'01_sigmoid_derivative': 4711}."
    ).tag(config=True)
    section = Unicode("", help="What stands in the column Section.").tag(config=True)

    def rows(self, students: list[Any], lessons: list[Any]) -> Iterator[Row]:
        identity = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        yield [*identity, *(defused(self.heading(lesson.name)) for lesson in lessons)]
        points = [_number(lesson.max_score) for lesson in lessons]
        yield ["    Points Possible", "", "", "", "", *points]
        for student in students:
            who = [_name(student, "{last}, {first}"), student.lms_user_id or "", "", student.id]
            scores = [self.score(student, lesson) for lesson in lessons]
            yield [*_texts(who), defused(self.section), *scores]

    def heading(self, name: str) -> str:
        number = self.assignment_ids.get(name)
        return name if number is None else f"{name} ({int(number)})"


class MoodleExportPlugin(SheetPlugin):
    """A file for Moodle's Grades > Import > CSV file: map "Username" or "Email address", then each
    lesson to its grade item, and its feedback column to that item's feedback.

    Moodle takes an empty score for "no grade".
    """

    file_name = "moodle.csv"

    def rows(self, students: list[Any], lessons: list[Any]) -> Iterator[Row]:
        columns = [
            name for lesson in lessons for name in (lesson.name, f"{lesson.name} (feedback)")
        ]
        yield ["ID number", "Username", "Full name", "Email address", *map(defused, columns)]
        for student in students:
            who = [student.lms_user_id or "", student.id, _name(student, "{first} {last}")]
            pairs = ((self.score(student, a), self.feedback(student, a)) for a in lessons)
            marks = [field for pair in pairs for field in pair]
            yield [*_texts([*who, student.email or ""]), *marks]

    def feedback(self, student: Any, lesson: Any) -> str:
        """The comments of people and of the judge, a paragraph for each answer."""
        handed_in = self.submission(student, lesson)
        notebooks = handed_in.notebooks if handed_in else []
        told = [f"{c.name}: {c.comment}" for n in notebooks for c in n.comments if c.comment]
        return defused(printable("\n\n".join(sorted(told))))


def _chosen(all_of_them: list[Any], key: str, wanted: list[Any]) -> list[Any]:
    """Those that were asked for, or all. An unknown name is refused."""
    names = {str(name) for name in wanted}
    known = {str(getattr(one, key)) for one in all_of_them}
    if names - known:
        raise Refusal(f"The gradebook does not know {', '.join(sorted(names - known))}.")
    return [one for one in all_of_them if not names or str(getattr(one, key)) in names]


def _name(student: Any, order: str) -> str:
    """The name, or the id where there is none. Canvas reads two words as the row of points."""
    name = order.format(first=student.first_name or "", last=student.last_name or "").strip(" ,")
    return student.id if not name or re.search("points possible", name, re.IGNORECASE) else name


def _texts(fields: list[str]) -> Row:
    """Fields on one line each, without control characters, and no formulas."""
    return [defused(printable(" ".join(field.split()))) for field in fields]


def _number(value: float) -> str:
    return f"{value:.10g}"
