"""Colab: the cell that installs the course, and that no lesson needs more than it brings."""

import ast
import importlib.util
import subprocess
import sys
import tomllib
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT
from vegrad_course.authoring.course import read_notebook
from vegrad_course.authoring.install import PLACE, SOURCE
from vegrad_course.lessons import all_lessons

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
FREEZE = (ROOT / "tests" / "packaging" / "colab.txt").read_text().splitlines()
COLAB = {canonicalize_name(Requirement(x).name) for x in FREEZE if not x.startswith("#")}
INSTRUCTORS = {"jupyterlab", "nbgrader"}  # not there, and no lesson loads them


@pytest.fixture
def commands(monkeypatch):
    """What the cell asks of pip, with the course made hard to find."""

    class Shell:
        def run_line_magic(self, name, line):
            assert name == "pip"
            asked.append(line.split())

    asked = []
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    exec(SOURCE, {"get_ipython": Shell})
    return asked


def test_the_cell_installs_the_course_and_replaces_nothing(commands):
    (command,) = commands
    assert command[0] == "install" and "--no-deps" in command
    course, *others = [word for word in command[1:] if not word.startswith("-")]
    assert course == f"git+https://github.com/{PLACE}"
    assert COLAB.isdisjoint(Requirement(other).name for other in others)


def test_the_cell_installs_all_that_colab_lacks(commands):
    """`--no-deps` means that the needs of what is installed are named as well."""
    words = [word for word in commands[0][1:] if not word.startswith(("-", "git+"))]
    given = {(r := Requirement(word)).name: r for word in words}
    wanted = {(r := Requirement(line)).name: r for line in PROJECT}
    lacking = wanted.keys() - COLAB - INSTRUCTORS
    needed = {Requirement(x) for name in lacking for x in requires(name) or ()}
    names = {r.name for r in needed if not r.marker or r.marker.evaluate({"extra": ""})}
    assert given.keys() == lacking | (names - COLAB)
    for name in lacking:
        (least,) = given[name].specifier
        assert wanted[name].specifier.contains(least.version), (wanted[name], least)


def test_no_lesson_loads_what_colab_lacks():
    lines = {line for lesson in all_lessons() for line in imports(lesson)}
    assert any("vegrad_course.widgets" in line for line in lines)
    hidden = f"import sys; sys.modules.update(dict.fromkeys({sorted(INSTRUCTORS)!r}))"
    command = [sys.executable, "-c", "\n".join([hidden, *sorted(lines)])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def imports(lesson):
    """The lines of a student's notebook that import something."""
    for cell in read_notebook(ROOT / "notebooks" / lesson.id / f"{lesson.id}.ipynb").cells:
        nodes = ast.parse(cell.source).body if cell.cell_type == "code" else []
        yield from (ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom))
