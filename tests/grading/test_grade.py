"""The command: a class gets the marks that are due, and stopping costs nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from tests.conftest import ROOT
from tests.grading import classes
from vegrad_course.lessons import all_lessons

KILLS, STUDENTS = 50, 40


def test_a_class_gets_its_due_marks_and_a_second_run_has_nothing_to_do(tmp_path, vegrad):
    course = classes.class_in(tmp_path, 6)
    first = json.loads(classes.grade(course, "--workers", 2))
    assert (first["graded_now"], first["already_graded"]) == (6, 0)
    assert classes.marks(course) == classes.due(course)
    before = classes.left_behind(course)
    second = json.loads(classes.grade(course, "--workers", 1))
    assert (second["graded_now"], second["already_graded"]) == (0, 6)
    assert classes.left_behind(course) == before
    compare_with_the_due_marks(course, vegrad)


def compare_with_the_due_marks(course, vegrad):
    """What `vegrad demo-class --compare` says of a class that has been graded."""
    compare, number = ("demo-class", "--lesson", "01", "--compare"), len(classes.due(course))
    code, out, _ = vegrad(*compare, cwd=course)
    assert code == 0 and out == f"{number} of {number} marks are as due.\n"
    file = course / "demo-class.csv"
    file.write_text(file.read_text().replace("demo-001,sigmoid,3.0", "demo-001,sigmoid,2.0"))
    code, out, _ = vegrad(*compare, cwd=course)
    assert code == 1 and "demo-001, sigmoid: 3.0 in place of 2.0" in out
    file.unlink()
    code, _, err = vegrad(*compare, cwd=course)
    assert code == 2 and "Make a class first" in err


def test_marks_are_compared_after_grading(tmp_path, vegrad):
    course = classes.class_in(tmp_path, 1)
    code, _, err = vegrad("demo-class", "--lesson", "01", "--compare", cwd=course)
    assert code == 2 and "Grade it first" in err


def test_a_submission_that_changed_is_graded_again_and_the_others_are_not(tmp_path):
    course = classes.class_in(tmp_path, 3)
    classes.grade(course, "--workers", 1)
    submitted = course / "submitted"
    right = next((submitted / "demo-001").rglob("*.ipynb"))
    shutil.copy(right, next((submitted / "demo-003").rglob("*.ipynb")))
    again = json.loads(classes.grade(course, "--workers", 1))
    assert (again["graded_now"], again["already_graded"]) == (1, 2)
    scores = classes.marks(course)
    names = {name for _, name in scores}
    assert all(scores["demo-003", name] == scores["demo-001", name] for name in names)


@pytest.mark.slow
def test_killed_at_any_moment_the_result_is_that_of_an_undisturbed_run(tmp_path):
    undisturbed = classes.class_in(tmp_path / "undisturbed", STUDENTS)
    shutil.copytree(undisturbed, tmp_path / "fresh")
    begun = time.monotonic()
    classes.grade(undisturbed, "--workers", 2)
    duration, wanted = time.monotonic() - begun, classes.left_behind(undisturbed)
    kills, draw = 0, random.Random(5)
    while kills < KILLS:
        course = tmp_path / f"disturbed-{kills}"
        shutil.copytree(tmp_path / "fresh", course)
        while killed_after(course, draw.uniform(0.2, 1.0) * duration):
            kills += 1
        assert classes.left_behind(course) == wanted
        shutil.rmtree(course)
    print(f"{kills} kills; every gradebook and folder equal to the undisturbed one")


def killed_after(course, seconds):
    """Grade, and kill the grader after that long. False when it had finished by itself."""
    process = subprocess.Popen(
        classes.command("--workers", 2),
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.wait(seconds) == 0
        return False
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True


def test_two_graders_at_once_do_no_harm(tmp_path):
    course = classes.class_in(tmp_path, 4)
    both = [
        subprocess.Popen(
            classes.command("--workers", 1),
            cwd=course,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=300) for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 2], [0, 0]), told
    if codes == [0, 2]:
        assert any("Another grader" in err for _, err in told)
    assert classes.marks(course) == classes.due(course)


WRONG = {
    "no lesson": ("77",),
    "Nothing is submitted": ("02",),
    "No Dask scheduler answers": ("01", "--scheduler", "tcp://127.0.0.1:1"),
}


@pytest.mark.parametrize(
    "said", [pytest.param(w, marks=[pytest.mark.slow] if "Dask" in w else []) for w in WRONG]
)
def test_wrong_options_end_in_one_line(said, tmp_path, vegrad):
    course = classes.class_in(tmp_path, 1)
    code, _, err = vegrad("grade", *WRONG[said], cwd=course)
    assert code == 2 and said in err and err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [lesson.number for lesson in all_lessons()[1:]])
def test_every_lesson_is_graded_as_due(number, tmp_path, vegrad):
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    assert vegrad("demo-class", "--lesson", number, "--students", 8, cwd=tmp_path)[0] == 0
    assert vegrad("grade", number, "--workers", 1, "--json", cwd=tmp_path)[0] == 0
    assert classes.marks(tmp_path) == classes.due(tmp_path)
