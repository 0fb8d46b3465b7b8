"""A submission through stock nbgrader: did the attack succeed there?

The course is lesson 01, cut to its answers and checks, under a plain configuration. The course
"checks" has our own check cells; the course "asserts" has test cells as most courses write them.
"""

import atexit
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import nbformat
import psutil

from tests.attacks import archives, signs
from tests.attacks.catalogue.honest import RIGHT, answers
from tests.attacks.catalogue.model import (
    AFFECTS,
    FLOODS,
    GAINS,
    HOLDS,
    SCRIPTS,
    TOUCHES,
    UNPACKS,
    Attack,
)
from tests.attacks.world import LESSON, World, end_left_processes
from tests.conftest import ROOT

CONFIGURATION = """c = get_config()
c.CourseDirectory.course_id = "vegrad"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.Execute.timeout = 6
"""
IMPORTS = "import numpy as np\nimport torch\n\nfrom vegrad_course import check"
ASSERTS = {
    "sigmoid": "z = np.array([-2.0, 0.5, 3.0])\ngot = sigmoid(z)\n"
    "due = 0.5 * (1 + np.tanh(0.5 * z))\nassert np.allclose(got, due)",
    "max_slope": "assert abs(max_slope - 0.25) < 1e-3",
    "sigmoid_grad": "import pickle\nz = np.array([-2.0, 0.5, 3.0])\n"
    "got = pickle.loads(pickle.dumps(sigmoid_grad(z)))\n"
    "assert np.allclose(got, 0.25 * (1 - np.tanh(0.5 * z) ** 2))",
    "tanh_grad": "z = torch.linspace(-2, 2, 5)\n"
    "assert torch.allclose(tanh_grad(z), 1 - torch.tanh(z) ** 2)",
    "one_percent_z": "assert abs(one_percent_z - 5.986) <= 1e-3",
    "saturated_fraction": "import glob, os, pickle, subprocess, sys\n"
    "for name in glob.glob('*.pkl'):\n    pickle.load(open(name, 'rb'))\n"
    "subprocess.run([sys.executable, '-c', ''], env={**os.environ, 'PYTHONPATH': '.'})\n"
    "assert np.isclose(saturated_fraction(np.array([0.0, 9.0]), 0.2), 0.5)",
    "gradient_check": "x = np.array([1.0, 2.0])\n"
    "assert np.allclose(gradient_check(lambda v: (v**2).sum(), x, 1e-5), 2 * x)",
    "tanh_breaks_at": "import re\n"
    "for x in range(tanh_breaks_at) if isinstance(tanh_breaks_at, int) else ():\n"
    "    assert np.isfinite(np.float64(np.exp(np.float32(min(x, 88)))))\n"
    "assert re.fullmatch(r'(\\d+)+', str(tanh_breaks_at)), 'a number'",
}
ALONE = (AFFECTS, HOLDS, FLOODS, "reaches")
INNOCENT = "zz-right"
LIMIT = 75.0  # seconds for one run of stock nbgrader, which may never end by itself
EACH = 30.0  # seconds more for each further submission
HELD = 60.0  # seconds beyond which a lesson of two seconds is held
LARGE = 1_200 * 2**20


@dataclass(frozen=True)
class Outcome:
    """What an attack got: marks above those deserved, and each success in words."""

    gained: float
    successes: tuple[str, ...]
    seconds: float
    log: str = ""


def play(*attacks: Attack) -> list[Outcome]:
    """Play attacks that are content with a class of their own; all on the same kind of course."""
    asserts = attacks[0].works_on == "asserts"
    root = Path(mkdtemp(prefix="stock-"))
    try:
        shutil.copytree(template(asserts), root / "course", symlinks=True)
        world = World(root / "course", root / "outside", root / "home")
        world.enrol_secret()
        return _play(world, attacks)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _play(world: World, attacks: tuple[Attack, ...]) -> list[Outcome]:
    alone = len(attacks) == 1
    submit(world, INNOCENT, answers(**RIGHT))
    places = {attack: signs.submit_attack(world, attack) for attack in attacks}
    if attacks[0].works_on == "unzip":
        for attack in attacks:
            archives.carelessly(world.root / "submitted" / attack.id / LESSON)
    before = world.snapshot()
    command = [sys.executable, "-m", "nbgrader", "autograde", LESSON]
    if not needs_company(attacks[0]):
        shutil.rmtree(world.root / "submitted" / INNOCENT)
        before = world.snapshot()
    watch = Watched(command, world, LIMIT + EACH * (len(attacks) - 1))
    if any(SCRIPTS in attack.wants for attack in attacks):
        for last in (["generate_feedback", LESSON], ["export"]):
            subprocess.run(
                [*command[:3], *last], cwd=world.root, env=environment(world), capture_output=True
            )
    time.sleep(1.5 if any("later" in a.name for a in attacks) else 0.2)
    outcomes = [_outcome(world, a, places[a], before, watch, alone) for a in attacks]
    for place in places.values():
        end_left_processes(place.token)
    return outcomes


def _outcome(world, attack, place, before, watch, alone) -> Outcome:
    marks = signs.scores(world.root)
    gained = (marks.get(attack.id) or 0.0) - attack.deserved
    found = {
        GAINS: [f"gained {gained:g}"] if gained > 0.001 else [],
        TOUCHES: world.touched(place, attack.id, before),
        SCRIPTS: signs.scripts(world.root, attack, place),
        "reaches": signs.reached(world.root, attack, place),
        UNPACKS: archives.unpacked(world.root / "submitted" / attack.id / LESSON),
        FLOODS: signs.floods(world.root, attack),
    }
    if alone:
        found[HOLDS] = [f"held for {watch.seconds:.0f} s"] if watch.seconds > HELD else []
        found[FLOODS] += [f"{watch.peak >> 20} MB"] if watch.peak > LARGE else []
        found[AFFECTS] = _affected(marks, watch)
    wanted = [text for want in attack.wants for text in found.get(want, [])]
    return Outcome(gained, tuple(wanted), watch.seconds, watch.log)


def _affected(marks: dict, watch: "Watched") -> list[str]:
    due = 8.0 if watch.asserts else 16.0
    lost = [] if marks.get(INNOCENT) == due else [f"another has {marks.get(INNOCENT)} marks"]
    return lost + ([f"the run ended with {watch.code}"] if watch.code else [])


class Watched:
    """A run of nbgrader, ended after a while, with its memory."""

    def __init__(self, command: list[str], world: World, limit: float) -> None:
        self.asserts = False
        begun, self.peak = time.monotonic(), 0
        log = world.outside / "log.txt"
        with log.open("w") as out:
            process = subprocess.Popen(
                command,
                cwd=world.root,
                env=environment(world),
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_bounded,
            )
            started: set[psutil.Process] = set()
            while process.poll() is None and time.monotonic() - begun < limit:
                family = _family(process.pid)
                started |= set(family)
                self.peak = max(self.peak, _memory(family))
                time.sleep(0.1)
            self.seconds = time.monotonic() - begun
            self.code = process.poll()
            for child in started:
                if child.is_running() and not signs.is_left(child):
                    child.kill()
            process.wait()
        self.code = process.returncode if self.code is None else self.code
        self.log = log.read_text(errors="replace")[-3000:]
        log.unlink()


def environment(world: World) -> dict[str, str]:
    return {**world.environment(), "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "0"}


def _bounded() -> None:
    """No stock run takes this machine down: 12 GB an address space, 1 GB a file."""
    resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, 12 * 2**30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True) + [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def _memory(family: list[psutil.Process]) -> int:
    total = 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


@cache
def template(asserts: bool) -> Path:
    """The course, cut and registered in a gradebook, made once for each process."""
    root = Path(mkdtemp(prefix="stock-course-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    source = nbformat.read(ROOT / "solutions" / LESSON / f"{LESSON}.ipynb", 4)
    source.cells = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    for cell in source.cells:
        name = cell.metadata.nbgrader.grade_id.removeprefix("check-")
        if asserts and cell.metadata.nbgrader.grade:
            cell.source, cell.metadata.nbgrader.points = ASSERTS[name], 1
    source.cells.insert(0, nbformat.v4.new_code_cell(IMPORTS, id="cell-001"))
    path = root / "solutions" / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(source, path)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", LESSON]
    env = {**World.plain_environment(), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=root, env=env, check=True, capture_output=True)
    return root


def submit(world: World, student: str, change) -> None:
    signs.submit(world, student, change, world.place(student))


def together(attacks: list[Attack], size: int = 8) -> list[tuple[Attack, ...]]:
    """Attacks that may share a class; those that harm others run alone."""
    groups: list[tuple[Attack, ...]] = []
    waiting: dict[tuple, list[Attack]] = {}
    for attack in attacks:
        if set(attack.wants) & set(ALONE) or needs_company(attack):
            groups.append((attack,))
            continue
        kind = (attack.works_on, SCRIPTS in attack.wants)
        waiting.setdefault(kind, []).append(attack)
    for same in waiting.values():
        groups += [tuple(same[i : i + size]) for i in range(0, len(same), size)]
    return sorted(groups, key=len, reverse=True)


def needs_company(attack: Attack) -> bool:
    """Does it need another student in its class?"""
    return AFFECTS in attack.wants or "neighbour" in attack.name or "student" in attack.name


def prove(attacks: list[Attack], workers: int = 2) -> Iterator[tuple[Attack, Outcome]]:
    """Every attack on stock nbgrader, as they come."""
    for asserts in sorted({attack.works_on == "asserts" for attack in attacks}):
        template(asserts)
    with ThreadPoolExecutor(workers) as pool:
        groups = {pool.submit(play, *group): group for group in together(attacks)}
        for done in as_completed(groups):
            yield from zip(groups[done], done.result(), strict=True)


def main() -> None:
    """`python -m tests.attacks.stock [NAME ...]` prints what each attack does to stock nbgrader."""
    from tests.attacks.catalogue import ATTACKS, BY_NAME

    wanted = [BY_NAME[name] for name in sys.argv[1:]] or [
        a for a in ATTACKS if a.works_on in ("stock", "asserts", "unzip")
    ]
    for attack, outcome in prove(wanted):
        sign = "works " if outcome.successes else "FAILS "
        print(
            f"{sign} {attack.name:26} {outcome.seconds:5.1f} s  {'; '.join(outcome.successes)[:150]}",
            flush=True,
        )
        if not outcome.successes and len(wanted) < 6:
            print(outcome.log)


if __name__ == "__main__":
    main()
