"""Plain `nbgrader autograde`, sandboxed and judged as `vegrad grade` does it.

nbgrader walks the class; these are the steps for one notebook. `CleanExporter` reads it without
trusting it, `ExecuteInSandbox` runs it to be looked at, `JudgeAnswers` marks its answers in a
sandbox of their own, and `SaveVerdicts` writes those marks. What a kernel printed never counts.
"""

import atexit
import secrets
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from vegrad_course import lessons
from vegrad_course.authoring.course import Course
from vegrad_course.errors import Refusal
from vegrad_course.grading import doctor, folders, provisioner, secret
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.grader import CHECK, safe_output
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.judge import Judge
from vegrad_course.grading.orders import Order
from vegrad_course.grading.record import Submission, from_bytes
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.run import released_text
from vegrad_course.grading.submission import parse

Step = tuple[NotebookNode, Any]


class CleanExporter(NotebookExporter):
    """Reads any submission, as `vegrad grade` does: so no notebook can stop the class."""

    def __init__(self, parent: Any = None, **kwargs: Any) -> None:
        if lacking := doctor.missing():
            raise NbGraderException(f"{lacking[0].name}: {lacking[0].seen}. {lacking[0].fix}")
        super().__init__(parent=parent, **kwargs)
        autograde: Any = self.parent
        course = autograde.coursedir = copy(_course(self))  # formgrader goes on with the first
        course.ignore = [*course.ignore, "*"]  # beside the notebook nothing is copied: links, pipes
        course.get_existing_timestamp = _timestamp  # a wrong one would end the run

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Step:
        """The student's cells in the released notebook's clothes, through this pass's steps."""
        told, root = resources["nbgrader"], Path(_course(self).root)
        student, lesson = told["student"], told["assignment"]
        found = folders.submission(root, student, lesson)
        submission = found or Submission(student, lesson, problem="The notebook cannot be found.")
        release = released_text(Course(root), lessons.find(lesson))
        resources = {**resources, "submission": submission, "release": release}
        notebook = parse(submission, nbformat.reads(release, as_version=4)).notebook
        return self.from_notebook_node(notebook, resources, **kwargs)


class ExecuteInSandbox(Execute):
    """Runs the notebook in a sandboxed kernel, for its outputs. No mark depends on them."""

    store_widget_state = False

    def preprocess(self, nb: NotebookNode, resources: Any, km: Any = None) -> Step:
        """Run what can be run. A kernel that dies, or is stopped, leaves a note."""
        self.left = Limits().output * 2**20
        try:
            return super().preprocess(nb, resources, km)
        except Refusal:
            raise
        except Exception as error:  # nbclient's, zmq's, or what a forged message leads to
            text = f"The notebook's kernel was stopped here: {error}"[:500]
            waiting = (c for c in nb.cells if c.cell_type == "code" and not c.outputs)
            for cell in list(waiting)[:1]:
                cell.outputs = [new_output("stream", name="stderr", text=text)]
            return nb, resources

    def create_kernel_manager(self) -> AsyncKernelManager:
        self.km = AsyncKernelManager(kernel_name="python3", config=self.config)
        spec: Any = self.km.kernel_spec
        wanted = {"kernel_provisioner": {"provisioner_name": provisioner.NAME}}
        spec.metadata = {**spec.metadata, **wanted}
        return self.km

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Step:
        """The checks are not run: the judge writes what they show."""
        if _grade_id(cell).startswith(CHECK):
            return cell, resources
        return super().preprocess_cell(cell, resources, index)

    def output(self, outs: Any, msg: Any, display_id: str, cell_index: int) -> Any:
        self.left -= len(str(msg["content"]))
        return super().output(outs, msg, display_id, cell_index) if self.left > 0 else None

    def handle_comm_msg(self, outs: Any, msg: Any, cell_index: int) -> None:
        """Widgets have nobody to talk to here."""


class JudgeAnswers(NbGraderPreprocessor):
    """Marks the submission, and puts the judge's cards where the checks' outputs would stand."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> Step:
        submission = resources["submission"]
        rules = Rules(_seed(), key=_keys(_course(self.parent).root).of(submission.student))
        order = Order(submission, resources["release"], rules)
        graded = from_bytes(_judge().grade(order.to_bytes()))
        shown = {c.id: c.outputs for c in nb.cells if c.cell_type == "code"}
        filed = nbformat.reads(graded.notebook, as_version=4)
        for cell in filed.cells:
            if cell.cell_type == "code" and not _grade_id(cell).startswith(CHECK):
                cell.outputs = [safe_output(output) for output in shown.get(cell.id, [])]
        resources["graded"] = graded
        return filed, resources


class SaveVerdicts(NbGraderPreprocessor):
    """Writes marks, comments, a late penalty and the record, in one transaction."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> Step:
        told, submission, course = (
            resources["nbgrader"],
            resources["submission"],
            _course(self.parent),
        )
        place = course.format_path(course.autograded_directory, told["student"], told["assignment"])
        if submission.timestamp:
            Path(place, "timestamp.txt").write_text(submission.timestamp, encoding="utf-8")
        if key := folders.feedback_key(Path(course.root), told["student"], told["assignment"]):
            Path(place, folders.KEY).write_text(key, encoding="utf-8")
        with Writer(told["db_url"], course.course_id, self.config) as writer:
            writer.write(resources["graded"], submission)
        return nb, resources


@cache
def _seed() -> int:
    """The secret of this run's questions."""
    return secrets.randbelow(2**31)


@cache
def _keys(root: str) -> secret.Keys:
    """The keys of the students' variants."""
    return secret.load(Path(root))


@cache
def _judge() -> Judge:
    judge = Judge()
    atexit.register(judge.close)
    return judge


def _timestamp(folder: str) -> Any:
    """When the work in a folder was handed in, or None: what is no date counts as none."""
    from vegrad_course.grading.filing import filed_timestamp
    from vegrad_course.grading.gradebook import time_of

    path = Path(folder)
    if path.parent.parent.name != "submitted":
        return time_of(filed_timestamp(path))
    found = folders.submission(path.parent.parent.parent, path.parent.name, path.name)
    return time_of(found.timestamp) if found else None


def _course(exporter: Any) -> Any:
    """nbgrader's CourseDirectory, from the exporter that its Autograde made."""
    return exporter.parent.coursedir


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
