"""The same lesson for otter-grader: its own environment, an equal assignment, `otter run`.

Otter's environment holds otter-grader and what it needs beyond the packages of this Python, which
it borrows by a .pth file: so torch, numpy and the course are the same on both sides. The tests are
in otter's OK format: each asks the course's own `check` once and gives points case by case. (What a
test case binds is gone for the next; so the report is kept on the function `check` itself.)
"""

import json
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import nbformat
from _grading_runs import environment
from platformdirs import user_cache_path

from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import SEED, cases_of
from vegrad_course.lessons import Lesson

CHECK = "check-"
INSTALL_SECONDS = 600


class NotMeasured(Exception):
    """Otter cannot be measured here, and why."""


def installed() -> Path:
    """The `otter` command, installed in a folder of its own at the first use."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = user_cache_path("vegrad-course") / f"otter-{version}"
    command = folder / "bin" / "otter"
    if not (folder / "complete").exists():
        _call([sys.executable, "-m", "venv", "--clear", str(folder)])
        packages = folder / "lib" / f"python{version}" / "site-packages"
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        _call([str(folder / "bin" / "pip"), "install", "--quiet", "otter-grader"])
        (folder / "complete").touch()
    return command


def _call(command: list[str], **options: object) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_SECONDS, **options
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasured(f"{command[0]}: {type(error).__name__}") from None
    if done.returncode:
        raise NotMeasured((done.stderr.strip() or done.stdout.strip())[-500:])
    return done.stdout


def assignment(folder: Path, otter: Path, release: nbformat.NotebookNode, lesson: Lesson) -> Path:
    """The autograder's zip file: one test file for each exercise."""
    (folder / "tests").mkdir(parents=True)
    calls = {_name(cell): cell.source for cell in release.cells}
    for exercise in registry.of_lesson(lesson.number):
        cases = len(cases_of(exercise, SEED))
        ask = {"code": f">>> check.report = {calls[CHECK + exercise.name].strip()}", "points": 0}
        judged = [
            {"code": f">>> check.report.marks.marks[{i}].verdict.passed\nTrue", "points": share}
            for i, share in enumerate([exercise.points / cases] * cases)
        ]
        suite = {"type": "doctest", "cases": [ask, *judged]}
        text = f"OK_FORMAT = True\ntest = {dict(name=exercise.name, suites=[suite])!r}\n"
        (folder / "tests" / f"{exercise.name}.py").write_text(text, encoding="utf-8")
    _call([str(otter), "generate", "-t", "tests", "-o", "autograder.zip"], cwd=folder)
    return folder / "autograder.zip"


def _name(cell: nbformat.NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def graded(folder: Path, otter: Path, autograder: Path, path: Path) -> tuple[float, dict]:
    """Seconds of `otter run` on a submission, and its scores. Its check cells are otter's tests."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not _name(cell).startswith(CHECK)]
    (folder / path.parent.parent.name).mkdir()
    copy = folder / path.parent.parent.name / path.name
    nbformat.write(notebook, copy)
    command = [str(otter), "run", "--no-logo", "-a", str(autograder), "-o", str(copy.parent)]
    start = time.perf_counter()
    _call([*command, str(copy)], cwd=folder, env=environment(folder))
    seconds = time.perf_counter() - start
    return seconds, _scores(json.loads((copy.parent / "results.json").read_text()))


def _scores(results: dict) -> dict[str, float]:
    """Exercise → score. Otter lists one entry for each test, named as the exercise is."""
    names = {test["name"].split()[0]: test for test in results["tests"] if "score" in test}
    return {name: round(float(test["score"]), 2) for name, test in names.items()}
