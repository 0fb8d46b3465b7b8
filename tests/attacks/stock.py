"""A submission through stock nbgrader: did the attack succeed there?

The course is lesson 01, cut to its answers and checks, under a plain configuration, with the
lesson's own check cells or with test cells as most courses write them by hand.
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

from tests.attacks import archives, signs
from tests.attacks.catalogue.model import (
    AFFECTS,
    FLOODS,
    GAINS,
    HOLDS,
    SCRIPTS,
    TOUCHES,
    UNPACKS,
    Attack,
    answers,
    both,
)
from tests.attacks.catalogue.right import RIGHT, own_cell
from tests.attacks.watch import Watched
from tests.attacks.world import LESSON, World, end_left_processes
from tests.conftest import ROOT

CONFIGURATION = """c = get_config()
c.CourseDirectory.course_id = "vegrad"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.Execute.timeout = 8
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
    "one_percent_z": "from fractions import Fraction\n"
    "assert abs(Fraction(one_percent_z) - Fraction(5986, 1000)) <= Fraction(1, 1000)",
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
BY_HAND = "hand-written"
INNOCENTS = ("aa-right", "zz-right")
LIMIT = 120.0  # seconds for one run of stock nbgrader, which may never end by itself
EACH = 30.0  # seconds more for each further submission
HELD = 40.0  # seconds beyond which a lesson of two seconds is held


@dataclass(frozen=True)
class Outcome:
    """What an attack got: marks above those deserved, and each success in words."""

    gained: float
    successes: tuple[str, ...]
    seconds: float
    log: str = ""


def play(*attacks: Attack) -> list[Outcome]:
    """Play attacks that are content with a class of their own; all on the same kind of course."""
    by_hand = attacks[0].cells == BY_HAND
    root = Path(mkdtemp(prefix="stock-"))
    try:
        shutil.copytree(template(by_hand), root / "course", symlinks=True)
        world = World(root / "course", root / "outside", root / "home")
        world.enrol_secret()
        return _play(world, attacks)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _play(world: World, attacks: tuple[Attack, ...]) -> list[Outcome]:
    alone = len(attacks) == 1
    for name in INNOCENTS:
        says = own_cell(f"print({world.secret('neighbour')!r})")
        submit(world, name, both(says, answers(**RIGHT)))
    places = {attack: signs.submit_attack(world, attack) for attack in attacks}
    if attacks[0].cells == "archive":
        for attack in attacks:
            archives.unpack(world.root / "submitted" / attack.id / LESSON)
    before = world.snapshot()
    command = [sys.executable, "-m", "nbgrader", "autograde", LESSON]
    if not needs_company(attacks[0]):
        for name in INNOCENTS:
            shutil.rmtree(world.root / "submitted" / name)
        before = world.snapshot()
    holds = alone and HOLDS in attacks[0].wants
    most = HELD + 5 if holds else LIMIT + EACH * (len(attacks) - 1)
    options = {"cwd": world.root, "env": environment(world), "preexec_fn": _bounded}
    watch = Watched(command, world.outside / "log.txt", most, **options)
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
        HOLDS: signs.timeouts(world.root, attack) if attack.cells == BY_HAND else [],
        UNPACKS: archives.unpacked(world.root / "submitted" / attack.id / LESSON),
        FLOODS: signs.floods(world.root, attack),
    }
    if alone:
        found[HOLDS] += [f"held for {watch.seconds:.0f} s"] if watch.seconds > HELD else []
        found[AFFECTS] = _affected(marks, watch, 8.0 if attack.cells == BY_HAND else 16.0)
    wanted = [text for want in attack.wants for text in found.get(want, [])]
    return Outcome(gained, tuple(wanted), watch.seconds, watch.log)


def _affected(marks: dict, watch: "Watched", due: float) -> list[str]:
    lost = [f"{n} has {marks.get(n)} marks" for n in INNOCENTS if marks.get(n) != due]
    return lost + ([f"the run ended with {watch.code}"] if watch.code else [])


def environment(world: World) -> dict[str, str]:
    return {**world.environment(), "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "0"}


def _bounded() -> None:
    """No stock run takes this machine down: 12 GB an address space, 1 GB a file."""
    resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, 12 * 2**30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))


@cache
def template(by_hand: bool) -> Path:
    """The course, cut and registered in a gradebook, made once for each process."""
    root = Path(mkdtemp(prefix="stock-course-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    source = nbformat.read(ROOT / "solutions" / LESSON / f"{LESSON}.ipynb", 4)
    source.cells = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    for cell in source.cells:
        name = cell.metadata.nbgrader.grade_id.removeprefix("check-")
        if by_hand and cell.metadata.nbgrader.grade:
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
        if is_alone(attack):
            groups.append((attack,))
            continue
        kind = (attack.cells, SCRIPTS in attack.wants)
        waiting.setdefault(kind, []).append(attack)
    for same in waiting.values():
        groups += [tuple(same[i : i + size]) for i in range(0, len(same), size)]
    return sorted(groups, key=len, reverse=True)


def is_alone(attack: Attack) -> bool:
    """Would it spoil, or be taken for, what others in its class do?"""
    harms = attack.category == "writing" or needs_company(attack)
    return harms or (HOLDS in attack.wants and attack.cells != BY_HAND)


def needs_company(attack: Attack) -> bool:
    """Does it need another student in its class?"""
    return AFFECTS in attack.wants or "neighbour" in attack.name or "student" in attack.name


def prove(attacks: list[Attack], workers: int = 2) -> Iterator[tuple[Attack, Outcome]]:
    """Every attack on stock nbgrader, as they come."""
    for by_hand in {attack.cells == BY_HAND for attack in attacks}:
        template(by_hand)
    with ThreadPoolExecutor(workers) as pool:
        groups = {pool.submit(play, *group): group for group in together(attacks)}
        for done in as_completed(groups):
            yield from zip(groups[done], done.result(), strict=True)
