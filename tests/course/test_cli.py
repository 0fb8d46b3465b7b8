"""The command line: what it prints, and how it refuses."""

import json
import shutil
import socket
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from vegrad_course.cli import COMMANDS

REFUSED = [
    (("build", "44"), "There is no lesson '44'"),
    (("bild",), "No such command 'bild'"),
    (("chekc", "01"), "Did you mean 'check'? Try"),
    (("check", "99"), "There is no lesson '99'. They are 00 to 12; `vegrad lessons` lists them."),
    (("build", "--chek"), "No such option"),
    (("verify", "1O"), "There is no lesson '1O'"),
    (("demo-class",), "Missing option '--lesson'"),
    (("demo-class", "--lesson", "02_deep_chain"), "Did you mean '02_deep_chains'?"),
    (("demo-class", "--lesson", "02", "--students", "0"), "at least one student"),
    (("demo-class", "--lesson", "02", "--students", "many"), "not a valid integer"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[" ".join(r[0]) for r in REFUSED])
def test_bad_input_is_one_line_and_exit_2(vegrad, arguments, words):
    code, out, err = vegrad(*arguments)
    assert code == 2
    assert err.startswith("vegrad: ") and err.count("\n") == 1
    assert words in err
    assert out == ""


def test_a_refused_lesson_waits_for_nothing_heavy(tmp_path):
    code = "import sys; from vegrad_course.cli import main\ntry: main(['check', '99'])\n"
    code += "finally: print({'numpy', 'torch', 'nbformat'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == "set()\n", done


def test_outside_a_course(vegrad, tmp_path):
    code, _, err = vegrad("build", cwd=tmp_path)
    assert code == 2 and "is not inside a course" in err


def test_a_busy_port_is_refused(vegrad):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = vegrad("start", "--no-browser", "--port", taken.getsockname()[1])
    assert code == 2 and "is in use" in err and err.count("\n") == 1


def test_a_missing_package_is_named(tmp_path):
    """With -S no installed package is found, so the first import of one fails."""
    code = (
        "import sys, builtins; real = builtins.__import__\n"
        "def no_nbgrader(name, *rest, **named):\n"
        "    if name.startswith('nbgrader'):\n"
        "        raise ModuleNotFoundError(name=name)\n"
        "    return real(name, *rest, **named)\n"
        "builtins.__import__ = no_nbgrader\n"
        "from vegrad_course.cli import main; main(['build', '00'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "'nbgrader.converters' is not installed. Run `make install`." in done.stderr
    assert done.stderr.count("\n") == 1


def test_build_check_is_quiet_when_all_is_well(vegrad):
    code, out, _ = vegrad("build", "--check", "00", "01")
    assert code == 0 and out == "2 lessons are up to date.\n"


def test_build_check_fails_on_a_stale_notebook(vegrad, own):
    student = own / "notebooks" / "00_welcome" / "00_welcome.ipynb"
    student.write_text(student.read_text("utf-8").replace("Welcome", "Wellcome"), "utf-8")
    code, out, _ = vegrad("build", "--check", "00", cwd=own)
    assert code == 2
    assert "Wellcome" in out and "1 notebooks differ" in out


@pytest.fixture
def own(tmp_path):
    """A copy of the course that a test may break."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("command", [("demo-class", "--lesson", "00"), ("verify", "00")])
@pytest.mark.parametrize(
    "text", ['{"cells": [', "", "[]", None], ids=["cut off", "empty", "odd", "missing"]
)
def test_a_broken_notebook_is_one_line(vegrad, own, command, text):
    student = own / "notebooks" / "00_welcome" / "00_welcome.ipynb"
    student.unlink() if text is None else student.write_text(text)
    code, _, err = vegrad(*command, cwd=own)
    assert code == 2 and err.count("\n") == 1
    assert "00_welcome.ipynb cannot be read" in err and "vegrad build" in err


def test_a_large_class_makes_every_known_mistake(vegrad, own):
    from vegrad_course.exercises import registry

    code, out, _ = vegrad("demo-class", "--lesson", "00", "--students", "5", cwd=own)
    assert code == 0 and "A class of 6 would show every known mistake" in out
    code, out, _ = vegrad("demo-class", "--lesson", "00", "--students", "6", cwd=own)
    assert code == 0 and "would show" not in out
    texts = [path.read_text("utf-8") for path in own.glob("submitted/*/00_welcome/*.ipynb")]
    for known in registry.find("double").misconceptions:
        body = {"square": "return x**2", "add_two": "return x + 2"}[known.name]
        assert any(body in text for text in texts)


def test_a_gradebook_that_cannot_be_opened_is_one_line(vegrad, own):
    (own / "gradebook.db").mkdir()
    code, _, err = vegrad("demo-class", "--lesson", "00", "--students", "1", cwd=own)
    assert code == 2 and err.count("\n") == 1 and "gradebook.db" in err


def test_a_file_in_the_way_is_one_line(vegrad, own):
    (own / "submitted").write_text("a file where a folder should be")
    code, _, err = vegrad("demo-class", "--lesson", "00", "--students", "1", cwd=own)
    assert code == 2 and err.count("\n") == 1 and "submitted" in err


def test_lessons_as_json(vegrad):
    code, out, _ = vegrad("lessons", "--json")
    assert code == 0
    assert [row["id"] for row in json.loads(out)][:2] == ["00_welcome", "01_sigmoid_derivative"]


def test_verify_as_json(vegrad):
    code, out, _ = vegrad("verify", "00", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["exercises"] == 1 and found["misconceptions"] == 2 and found["failures"] == []
    assert (
        found["mutants"]["killed"] == found["mutants"]["total"] - found["mutants"]["equivalent"] > 0
    )


def test_help_lists_the_commands(vegrad):
    code, out, _ = vegrad("--help")
    heads = [line for line in out.splitlines() if line.startswith("For ")]
    assert code == 0 and "demo-class" in out
    assert heads == ["For learners:", "For instructors:", "For authors of lessons:"]
    files = {path.stem for path in (ROOT / "vegrad_course" / "cli").glob("[!_]*.py")}
    assert {name.replace("-", "_") for name in COMMANDS} == files - {"options"}
