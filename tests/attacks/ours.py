"""A class through our grader: the real workers, judge and writer, in a process of their own."""

import atexit
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.attacks import signs
from tests.attacks.catalogue.model import HOLDS, SCRIPTS, Attack, both
from tests.attacks.catalogue.right import ALL, Honest, own_cell, right
from tests.attacks.watch import Largest
from tests.attacks.world import LESSON, Place, World, end_left_processes
from tests.conftest import ROOT
from vegrad_course.authoring.course import Course
from vegrad_course.authoring.release import register
from vegrad_course.lessons import find

SLOW = "import time\ndef tanh_grad(z):\n    time.sleep(0.5)\n    return 1 - np.tanh(z) ** 2"
BUSY = (
    "import time\ndef tanh_grad(z):\n    end = time.process_time() + 0.3\n"
    "    while time.process_time() < end:\n        pass\n    return 1 - np.tanh(z) ** 2"
)
SAYS = "import os\nos.write(2, b'@SECRET@')\nprint('@SECRET@')"
PUBLISHED = [
    ["generate_feedback", LESSON],
    *(
        ["export", f"--exporter=vegrad_course.grading.exports.{kind}ExportPlugin", f"--to={to}"]
        for kind, to in (("Canvas", "canvas.csv"), ("Moodle", "moodle.csv"))
    ),
]
JUDGE = "vegrad_course.grading.judge"


@dataclass(frozen=True)
class Result:
    """What became of one hostile submission in our grader."""

    name: str
    category: str
    marks: float
    gained: float
    touched: tuple[str, ...]
    affected: tuple[str, ...]
    verdict: str
    seconds: float
    ground: str


@dataclass
class Class:
    """A class in a course folder of its own: innocents, and whoever else was put in."""

    innocent: bool = True
    root: Path = field(default_factory=lambda: Path(mkdtemp(prefix="attacked-")))

    def __post_init__(self) -> None:
        course = self.root / "course"
        shutil.copytree(template(), course)
        self.world = World(course, self.root / "outside", self.root / "home")
        self.world.enrol_secret()
        self.places: dict[str, Place] = {}
        self.attacks: list[Attack] = []
        if self.innocent:
            self._innocents()

    def _innocents(self) -> None:
        says = own_cell(SAYS.replace("@SECRET@", self.world.secret("neighbour")))
        for name, change in (
            ("aa-right", both(says, right())),
            ("mm-slow-right", right(tanh_grad=SLOW)),
            ("nn-busy-right", right(tanh_grad=BUSY)),
            ("zz-right", right()),
        ):
            signs.submit(self.world, name, change, self.world.place(name))
            self.places[name] = self.world.place(name)

    @property
    def innocents(self) -> list[str]:
        return [name for name in self.places if name.endswith("right")]

    def add(self, attack: Attack) -> None:
        self.attacks.append(attack)
        self.places[attack.name] = signs.submit_attack(self.world, attack)

    def add_honest(self, honest: Honest) -> None:
        place = self.world.place(honest.name)
        home = signs.submit(self.world, honest.id, honest.change, place)
        if honest.folder:
            honest.folder(home, place)

    def grade(
        self, limits: dict, without: tuple = (), workers: int = 2, most: float = 3600
    ) -> None:
        """Grade and write feedback; watch the memory of the judges meanwhile."""
        self.before, self.wall = self.world.snapshot(), limits.get("wall", 300.0)
        told = {"lesson": LESSON, "workers": workers, "without": without, "limits": limits}
        env = {**self.world.environment(), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.attacks.driver", json.dumps(told)]
        said, log = (self.root / "said.txt", self.root / "log.txt")
        with Largest(JUDGE) as watch, said.open("w") as out, log.open("w") as errors:
            done = subprocess.run(
                command, cwd=self.world.root, env=env, stdout=out, stderr=errors, timeout=most
            )
        self._publish(env)
        self.code, self.peak = done.returncode, watch.peak
        self.log = log.read_text(errors="replace")[-4000:]
        lines = [json.loads(line) for line in said.read_text().splitlines() if line[:1] == "["]
        self.said = {student: (seconds, verdicts) for student, seconds, verdicts in lines}
        self.marks = signs.scores(self.world.root)

    def _publish(self, env: dict[str, str]) -> None:
        """The feedback pages and the tables of marks, where an attack aims at them."""
        if any(SCRIPTS in attack.wants for attack in self.attacks):
            for last in PUBLISHED:
                command = [sys.executable, "-m", "nbgrader", *last]
                subprocess.run(
                    command, cwd=self.world.root, env=env, check=True, capture_output=True
                )

    def result(self, attack: Attack) -> Result:
        place = self.places[attack.name]
        marks = self.marks.get(attack.id) or 0.0
        seconds, verdicts = self.said.get(attack.id, (0.0, {}))
        touched = self.world.touched(place, attack.id, self.before)
        touched += signs.reached(self.world.root, attack, place)
        touched += signs.scripts(self.world.root, attack, place)
        touched += signs.floods(self.world.root, attack)
        gained = max(round(marks - attack.deserved, 2), 0.0)
        kinds = {
            kind for score, kind in verdicts.values() if kind not in ("unanswered", "no answer")
        }
        verdict = ", ".join(sorted(kinds)) or ("unanswered" if verdicts else "none")
        return Result(
            attack.name,
            attack.category,
            marks,
            gained,
            tuple(touched),
            self.affected() + self._held(seconds),
            verdict,
            seconds,
            attack.works_on,
        )

    def affected(self) -> tuple[str, ...]:
        """What happened to the others: marks that are not theirs, or a run that failed."""
        wrong = [f"{n}: {self.marks.get(n)}" for n in self.innocents if self.marks.get(n) != ALL]
        return tuple(wrong + ([f"the grader ended with {self.code}"] if self.code else []))

    def _held(self, seconds: float) -> tuple[str, ...]:
        """Two runs of the notebook, three tries each, and some seconds for the judge's own work."""
        most = 6 * self.wall + 30
        return (f"held the grader for {seconds:.0f} s",) if seconds > most else ()

    def close(self) -> None:
        for place in self.places.values():
            end_left_processes(place.token)
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> "Class":
        return self

    def __exit__(self, *_) -> None:
        self.close()


@cache
def template() -> Path:
    """A course of one lesson, registered in a gradebook, made once for each process."""
    course = Path(mkdtemp(prefix="attacked-course-"))
    for kind in ("solutions", "notebooks"):
        shutil.copytree(ROOT / kind / LESSON, course / kind / LESSON)
    for file in (f"solutions/{LESSON}.py", "nbgrader_config.py"):
        shutil.copy(ROOT / file, course / file)
    register(Course(course), find(LESSON))
    atexit.register(shutil.rmtree, course, ignore_errors=True)
    return course


def played(attacks: list[Attack], limits: dict) -> tuple[list[Result], int]:
    """The attacks in two classes, that hold the grader and others; and the largest judge."""
    results, peak = {}, 0
    for holds in (False, True):
        part = [attack for attack in attacks if (HOLDS in attack.wants) == holds]
        found, largest = in_one_class(part, limits) if part else ([], 0)
        results |= {result.name: result for result in found}
        peak = max(peak, largest)
    return [results[attack.name] for attack in attacks], peak


def in_one_class(
    attacks: list[Attack], limits: dict, without: tuple = (), innocent: bool = True
) -> tuple[list[Result], int]:
    with Class(innocent) as one:
        for attack in attacks:
            one.add(attack)
        one.grade(limits, without)
        if one.code:
            print(one.log, file=sys.stderr)
        return [one.result(attack) for attack in attacks], one.peak
