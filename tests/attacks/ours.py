"""A class through our grader: the real workers, judge and writer, in a process of their own."""

import atexit
import json
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import psutil

from tests.attacks import signs
from tests.attacks.catalogue.honest import ALL, Honest, own_cell, right
from tests.attacks.catalogue.model import Attack, both
from tests.attacks.world import LESSON, Place, World, end_left_processes
from tests.conftest import ROOT
from vegrad_course.authoring.course import Course
from vegrad_course.authoring.release import register
from vegrad_course.lessons import find

SLOW = "import time\ndef tanh_grad(z):\n    time.sleep(1)\n    return 1 - np.tanh(z) ** 2"
BUSY = (
    "import time\ndef tanh_grad(z):\n    end = time.process_time() + 1\n"
    "    while time.process_time() < end:\n        pass\n    return 1 - np.tanh(z) ** 2"
)
SAYS = "import os\nos.write(2, b'@SECRET@')\nprint('@SECRET@')"
LARGEST_JUDGE = 2_500 * 2**20
JUDGE = "vegrad_course.grading.judge"
DRIVER = """
import json, sys
from vegrad_course.authoring.course import here
from vegrad_course.grading import settings
from vegrad_course.grading.cluster import workers
from vegrad_course.grading.gradebook import Writer
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.run import Run
from vegrad_course.lessons import find

def main():
    told = json.loads(sys.argv[1])
    course, lesson = here(), find(told["lesson"])
    config = settings.load(course.root)
    without = frozenset(told["without"])
    with Writer(settings.database(course.root, config), config=config) as writer:
        with workers(told["workers"], None, without) as crew:
            rules = Rules(writer.begin(lesson.id, None), limits=Limits(**told["limits"]))
            for graded in Run(course, lesson, writer, crew, rules):
                verdicts = {v.name: [v.score, v.kind] for v in graded.verdicts}
                print(json.dumps([graded.student, graded.seconds, verdicts]), flush=True)

if __name__ == "__main__":
    main()
"""


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


@dataclass
class Class:
    """A class in a course folder of its own: innocents, and whoever else was put in."""

    root: Path = field(default_factory=lambda: Path(mkdtemp(prefix="attacked-")))

    def __post_init__(self) -> None:
        course = self.root / "course"
        shutil.copytree(template(), course)
        self.world = World(course, self.root / "outside", self.root / "home")
        self.world.enrol_secret()
        self.places: dict[str, Place] = {}
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
        self.before = self.world.snapshot()
        told = {"lesson": LESSON, "workers": workers, "without": without, "limits": limits}
        env = {**self.world.environment(), "PYTHONPATH": str(ROOT)}
        (self.root / "driver.py").write_text(DRIVER)
        command = [sys.executable, str(self.root / "driver.py"), json.dumps(told)]
        said, log = (self.root / "said.txt", self.root / "log.txt")
        with Watch() as watch, said.open("w") as out, log.open("w") as errors:
            done = subprocess.run(
                command, cwd=self.world.root, env=env, stdout=out, stderr=errors, timeout=most
            )
            feedback = [sys.executable, "-m", "nbgrader", "generate_feedback", LESSON]
            self.feedback = subprocess.run(
                feedback, cwd=self.world.root, env=env, capture_output=True
            )
        self.code, self.peak = done.returncode, watch.peak
        self.log = log.read_text(errors="replace")[-4000:]
        lines = [json.loads(line) for line in said.read_text().splitlines() if line[:1] == "["]
        self.said = {student: (seconds, verdicts) for student, seconds, verdicts in lines}
        self.marks = signs.scores(self.world.root)

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
            self.affected(),
            verdict,
            seconds,
        )

    def affected(self) -> tuple[str, ...]:
        """What happened to the others: marks that are not theirs, or a run that failed."""
        wrong = [f"{n}: {self.marks.get(n)}" for n in self.innocents if self.marks.get(n) != ALL]
        return tuple(wrong + ([f"the grader ended with {self.code}"] if self.code else []))

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


class Watch:
    """The largest memory of any judge while it runs."""

    def __init__(self) -> None:
        self.peak, self._over = 0, threading.Event()

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            for process in psutil.process_iter(["cmdline"]):
                if any(JUDGE in word for word in process.info["cmdline"] or ()):
                    try:
                        self.peak = max(self.peak, process.memory_info().rss)
                    except psutil.NoSuchProcess:
                        continue


def played(
    attacks, limits: dict, without: tuple = (), workers: int = 2
) -> tuple[list[Result], int]:
    """All attacks in one class, and the largest judge. If others are affected, each alone."""
    with Class() as one:
        for attack in attacks:
            one.add(attack)
        one.grade(limits, without, workers)
        if one.code:
            print(one.log, file=sys.stderr)
        results = [one.result(attack) for attack in attacks]
        if len(attacks) == 1 or not one.affected():
            return results, one.peak
    time.sleep(0.5)
    half = len(attacks) // 2
    first, second = (
        played(part, limits, without, workers) for part in (attacks[:half], attacks[half:])
    )
    return first[0] + second[0], max(first[1], second[1])
