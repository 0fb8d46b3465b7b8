"""Five hundred mangled notebooks: none ends the grader, and each exercise gets its verdict."""

import json
import random
import time
from collections import Counter

import nbformat
import pytest

from vegrad_course import lessons
from vegrad_course.authoring.course import read_notebook
from vegrad_course.exercises import registry
from vegrad_course.grading.grader import grade
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.record import Submission, from_bytes, to_bytes
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.sandbox import Sandbox
from vegrad_course.grading.slicing import needed
from vegrad_course.grading.submission import parse

LESSON = lessons.find("01")
COUNT = 500
LIMITS = Limits(wall=30, cell=5, memory=700)
ODD = [None, True, -1, 10**30, 1e308, float("nan"), "", "\ud800\0", [], {}, [[]], "sigmoid", "code"]


def flip(rng, notebook):
    data = bytearray(json.dumps(notebook).encode())
    for _ in range(rng.randint(1, 40)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def cut(rng, notebook):
    data = json.dumps(notebook).encode()
    start, end = sorted(rng.choices(range(len(data)), k=2))
    return rng.choice([data[:start], data[end:], data[:start] + data[end:]])


def insert(rng, notebook):
    data = json.dumps(notebook).encode()
    place = rng.randrange(len(data))
    middle = rng.choice([rng.randbytes(9), b"[" * 5_000, b"9" * 9_000, data[:place], b"\\ud800"])
    return data[:place] + middle + data[place:]


def nodes(value):
    """Every (container, key) of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(items):
        yield value, key
        if isinstance(child, dict | list):
            yield from nodes(child)


def restructure(rng, notebook):
    for _ in range(rng.randint(1, 30)):
        every = list(nodes(notebook))
        if not every:
            break
        owner, key = rng.choice(every)
        other, from_key = rng.choice(every)
        copied = json.loads(json.dumps(other[from_key]))
        if rng.random() < 0.2:
            owner.pop(key)
        else:
            owner[key] = copied if rng.random() < 0.4 else rng.choice(ODD)
    return json.dumps(notebook).encode()


def shuffle(rng, notebook):
    cells = notebook["cells"]
    for field in rng.sample(["metadata", "id", "cell_type", "source"], k=rng.randint(1, 3)):
        chosen = rng.sample(range(len(cells)), k=rng.randint(2, len(cells)))
        values = [cells[place][field] for place in chosen]
        for place, value in zip(chosen, rng.sample(values, k=len(values)), strict=True):
            cells[place][field] = value
    rng.shuffle(cells)
    return json.dumps(notebook).encode()


MANGLERS = (flip, cut, insert, restructure, shuffle)


EXERCISES = registry.of_lesson(LESSON.number)


@pytest.fixture
def release(course):
    return read_notebook(course.student(LESSON))


@pytest.fixture
def mangled(course):
    """The solved lesson, mangled: another way for each number."""
    text = nbformat.writes(read_notebook(course.instructor(LESSON)))

    def made(seed):
        return MANGLERS[seed % len(MANGLERS)](random.Random(seed), json.loads(text))

    return made


def test_every_mangled_notebook_is_read(release, mangled):
    exercises = [exercise.name for exercise in EXERCISES]
    outcomes: Counter[str] = Counter()
    for seed in range(COUNT):
        data = mangled(seed)
        begun = time.process_time()
        parsed = parse(Submission("ada", LESSON.id, data), release)
        run = needed(parsed.cells, parsed.answers)
        assert time.process_time() - begun < 1, seed
        assert all(accounted(name, parsed) for name in exercises), seed
        assert all(parsed.cells[p].role != "check" for p in run), seed
        locked_cells_are_as_released(parsed, release)
        outcomes["read" if parsed.readable else parsed.problems[0].kind] += 1
        outcomes["whole"] += len(parsed.answers) == len(exercises)
    assert outcomes["read"] > COUNT / 4 and outcomes["not-json"] > COUNT / 20, outcomes
    assert outcomes["whole"] < outcomes["read"], outcomes
    print(dict(outcomes))


@pytest.mark.slow
def test_every_mangled_notebook_has_a_verdict_on_every_exercise(release, mangled):
    scores, kinds = Counter(), Counter()
    with Sandbox() as sandbox:
        for seed in range(COUNT):
            submission = Submission("ada", LESSON.id, mangled(seed))
            graded = from_bytes(to_bytes(grade(submission, release, Rules(seed, LIMITS), sandbox)))
            assert [v.name for v in graded.verdicts] == [e.name for e in EXERCISES], seed
            for verdict, exercise in zip(graded.verdicts, EXERCISES, strict=True):
                assert 0 <= verdict.score <= verdict.points == exercise.points, seed
                assert verdict.score == verdict.points or verdict.text, (seed, verdict)
                kinds[verdict.kind] += 1
            scores[graded.score] += 1
    assert len(scores) > 10 and kinds["passed"] > 100 and kinds["unanswered"] > 100, (scores, kinds)
    print(f"{COUNT} mangled notebooks, each with a verdict on each exercise: {dict(kinds)}")


def accounted(name, parsed):
    """The answer was found, or a named problem says why it was not."""
    if not parsed.readable:
        return bool(parsed.problems) and bool(parsed.problems[0].text)
    missing = [p.text for p in parsed.problems if p.kind == "missing-cell"]
    return (name in parsed.answers) != any(f"`{name}`" in text for text in missing)


def locked_cells_are_as_released(parsed, release):
    """Each locked cell is there once, as released; the notebook can be written."""
    made = {c.id: c for c in parsed.notebook.cells}
    assert len(made) == len(parsed.notebook.cells) == len(parsed.cells)
    for cell in release.cells:
        if cell.metadata.get("nbgrader"):
            assert made[cell.id].metadata == cell.metadata
        if cell.metadata.get("nbgrader", {}).get("locked"):
            assert made[cell.id].source == cell.source
    nbformat.writes(parsed.notebook).encode()
