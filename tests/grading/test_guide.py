"""The instructor's guide, followed command by command, in a folder of its own."""

import csv
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

LESSON = "01_sigmoid_derivative"
GUIDE = (ROOT / "docs" / "instructor.md").read_text(encoding="utf-8")
STEPS = GUIDE[GUIDE.index("## 1. Release") : GUIDE.index("## Variants")]
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
STAYS_OPEN = "nbgrader formgrader"
PATTERN = re.compile(r'named_regexp = r"(.*)"')
HANDED_IN = "nbgrader collect"
NAMES = ("lovelaceada_123_45_{0}.ipynb", "Ada Lovelace_123_assignsubmission_file_/{0}.ipynb")


def blocks(kind):
    return [text for found, text in BLOCK.findall(STEPS) if found == kind]


def commands():
    lines = [line.partition(" #")[0].strip() for text in blocks("sh") for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith(STAYS_OPEN)]


def run(command, cwd, env):
    done = subprocess.run(
        command, shell=True, cwd=cwd, env=env, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, (command, done.stdout[-1000:], done.stderr[-3000:])
    return done.stdout + done.stderr


@pytest.fixture
def env(tmp_path):
    """An exchange of its own, for the instructor and the student."""
    config = tmp_path / "config"
    config.mkdir()
    exchange = f'c.Exchange.root = "{tmp_path / "exchange"}"\nc.Exchange.course_id = "vegrad"\n'
    (config / "nbgrader_config.py").write_text(f"c = get_config()\n{exchange}")
    return os.environ | {"JUPYTER_CONFIG_DIR": str(config)}


def course_in(folder):
    for name in ("solutions", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def download(course, name):
    """What a learning platform gives: one archive with every student's file."""
    archive = course / "downloaded" / LESSON / "archive" / "all.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as file:
        file.write(course / "notebooks" / LESSON / f"{LESSON}.ipynb", name)


@pytest.mark.slow
def test_every_command_of_the_guide_works(tmp_path, env):
    course, student = course_in(tmp_path / "course"), tmp_path / "student"
    student.mkdir()
    download(course, NAMES[0].format(LESSON))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(blocks("python")[0])
    for command in commands():
        if command.startswith(HANDED_IN):
            run(f"nbgrader fetch_assignment {LESSON} --course vegrad", student, env)
            run(f"nbgrader submit {LESSON} --course vegrad", student, env)
        said = run(command, course, env)
        if "release_feedback" in command:
            assert "15 students handed in by another way" in said
    run(f"nbgrader fetch_feedback {LESSON} --course vegrad", student, env)
    (page,) = student.rglob("feedback/**/*.html")
    assert "not written yet" in page.read_text(encoding="utf-8")
    with (course / "canvas.csv").open(encoding="utf-8") as file:
        students = [row["SIS Login ID"] for row in csv.DictReader(file)]
    assert {"demo-001", "demo-014", "lovelaceada"} <= set(students) and len(students) == 17


@pytest.mark.parametrize(("number", "name", "student"), [
    (0, NAMES[0].format(LESSON), "lovelaceada"),
    (0, f"lovelaceada_LATE_123_45_{LESSON}-1.ipynb", "lovelaceada"),
    (1, NAMES[1].format(LESSON), "Ada Lovelace"),
])  # fmt: skip
def test_the_patterns_find_the_students_of_a_platform(number, name, student):
    (pattern,) = PATTERN.findall(blocks("python")[number])
    found = re.match(pattern, f"/course/downloaded/{LESSON}/extracted/all/{name}")
    assert found and found["student_id"] == student
    assert Path(found["file_id"]).suffix == ".ipynb"
