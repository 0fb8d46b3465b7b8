"""Shared by all tests: a home of their own, and the course's folder."""

import os
import sys
from pathlib import Path

import pytest

from vegrad_course.authoring.course import Course
from vegrad_course.lessons import all_lessons

ROOT = Path(__file__).parent.parent


def some(quick):
    """Every lesson, for `parametrize`; those whose numbers are not named are slow."""
    return [
        pytest.param(lesson, id=lesson.id, marks=[] if lesson.number in quick else pytest.mark.slow)
        for lesson in all_lessons()
    ]


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """No test writes into anyone's progress; the course's own commands come first on PATH."""
    monkeypatch.setenv("VEGRAD_HOME", str(tmp_path / "home"))
    here = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join([here, os.environ["PATH"]]))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def course():
    """The course in this checkout. Read it, do not write it."""
    return Course(ROOT)


@pytest.fixture
def vegrad(monkeypatch, capsys):
    """Run a command: `code, out, err = vegrad("build", "--check")`."""
    from vegrad_course.cli import main

    def run(*arguments, cwd=ROOT):
        monkeypatch.chdir(cwd)
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return end.value.code, captured.out, captured.err

    return run
