"""Handing in, and the signs of success in what a grader leaves behind."""

import csv
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import psutil

from tests.attacks.catalogue.model import Attack, Change
from tests.attacks.world import LESSON, Place, World

TIMEOUT = "CellTimeoutError"
HUGE = 20_000_000
ACTIVE = ("iframe", "object", "embed", "form", "base", "meta", "link")


def submit(world: World, student: str, change: Change, place: Place) -> Path:
    """Write the released notebook, changed, into `submitted/`."""
    notebook = nbformat.read(world.root / "notebooks" / LESSON / f"{LESSON}.ipynb", 4)
    change(notebook, place)
    home = world.root / "submitted" / student / LESSON
    home.mkdir(parents=True, exist_ok=True)
    text = nbformat.v4.nbjson.writes(notebook)
    (home / f"{LESSON}.ipynb").write_text(text, encoding="utf-8")
    return home


def submit_attack(world: World, attack: Attack) -> Place:
    place = world.place(attack.name)
    home = submit(world, attack.id, attack.change, place)
    if attack.folder:
        attack.folder(home, place)
    return place


def scores(root: Path) -> dict[str, float | None]:
    """Each student's marks as nbgrader would report them; None where some are missing."""
    with closing(sqlite3.connect(f"file:{root}/gradebook.db?mode=ro", uri=True)) as book:
        rows = book.execute(
            "SELECT a.student_id, g.auto_score, g.manual_score, g.extra_credit "
            "FROM grade g JOIN submitted_notebook n ON g.notebook_id = n.id "
            "JOIN submitted_assignment a ON n.assignment_id = a.id"
        ).fetchall()
    marks: dict[str, float | None] = {}
    for student, auto, manual, extra in rows:
        own = manual if manual is not None else auto
        before = marks.get(student, 0.0)
        marks[student] = None if own is None or before is None else before + own + (extra or 0.0)
    return marks


def is_left(process: psutil.Process) -> bool:
    """Is this a process that an attack means to leave behind?"""
    try:
        return any("left-" in word for word in process.cmdline())
    except psutil.Error:
        return False


def artefacts(root: Path, student: str) -> list[Path]:
    folders = (root / kind / student for kind in ("autograded", "feedback"))
    return [f for folder in folders for f in folder.rglob("*") if f.is_file()]


def reached(root: Path, attack: Attack, place: Place) -> list[str]:
    """The attack printed, or raised, that it got all that it wanted. Its source is no sign."""
    for file in artefacts(root, attack.id):
        if file.suffix == ".ipynb" and _said(file, f"REACHED-{place.token}"):
            return ["got all that it wanted"]
    return []


def _said(file: Path, word: str) -> bool:
    """Printed at the beginning of a line, or raised; a line of source that is quoted is no sign."""
    notebook = nbformat.read(file, 4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = [line for o in outputs for line in o.get("text", "").splitlines()]
    cards = [o.get("data", {}).get("text/html", "") for o in outputs]
    raised = any(f"RuntimeError: {word}" in _plain(card) for card in cards)
    return raised or any(line.startswith(word) for line in printed)


def _plain(card: str) -> str:
    return re.sub("<[^>]*>", "", card)


def timeouts(root: Path, attack: Attack) -> list[str]:
    """Test cells that looked at the answer until their time was up."""
    files = [f for f in artefacts(root, attack.id) if f.suffix == ".ipynb"]
    cells = [c for f in files for c in nbformat.read(f, 4).cells if "outputs" in c]
    graded = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]
    late = [c for c in graded if any(o.get("ename") == TIMEOUT for o in c.outputs)]
    return [f"{len(late)} test cells never finished"] if late else []


def floods(root: Path, attack: Attack) -> list[str]:
    size = sum(file.stat().st_size for file in artefacts(root, attack.id))
    return [f"{size >> 20} MB are kept"] if size > HUGE else []


def scripts(root: Path, attack: Attack, place: Place) -> list[str]:
    """Active content of this attack in its feedback page, or its formula in a table."""
    found = []
    for page in (f for f in artefacts(root, attack.id) if f.suffix == ".html"):
        looked = Looking(place.token)
        looked.feed(page.read_text(encoding="utf-8"))
        found += looked.found
    if attack.student:
        for table in root.rglob("*.csv"):
            with table.open(newline="", encoding="utf-8") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            found += [f"formula in {table.name}" for cell in cells if cell == attack.student]
    return found


class Looking(HTMLParser):
    """Looks for the token where a browser would run it."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token, self.within, self.found = token, "", []

    def handle_starttag(self, tag, attributes) -> None:
        self.within = tag if tag in ("script", "style") else self.within
        for name, value in attributes:
            if self.token in (value or "") and (
                name.startswith("on")
                or name == "srcdoc"
                or tag in ACTIVE
                or (value or "").strip().lower().startswith(("javascript:", "data:text/html"))
            ):
                self.found.append(f"{tag} {name}")

    def handle_endtag(self, tag) -> None:
        self.within = "" if tag == self.within else self.within

    def handle_data(self, data) -> None:
        if self.within and self.token in data:
            self.found.append(self.within)
