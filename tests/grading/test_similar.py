"""Similar answers: copies are found behind their disguises, honest people are left alone."""

import ast
import json
import re
import shutil

import nbformat
import numpy as np
import pytest
from rich.console import Console

from tests.conftest import ROOT
from vegrad_course import cli
from vegrad_course.authoring.course import Course, read_notebook
from vegrad_course.authoring.source import read
from vegrad_course.cli.similar import read as read_class
from vegrad_course.demo_class import _text
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.grading.fingerprints import fingerprint
from vegrad_course.grading.similar import Match, Pair, similar
from vegrad_course.grading.similar_shown import as_page, as_text
from vegrad_course.lessons import find

LESSON = "02_deep_chains"


@pytest.fixture(scope="module")
def released():
    return released_of(LESSON)


def released_of(lesson):
    """The text that each exercise's cell is handed out with."""
    cells = read_notebook(Course(ROOT).student(find(lesson))).cells
    texts = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in cells}
    return {e.name: texts[e.name] for e in registry.of_lesson(lesson[:2])}


def known_answers(lesson):
    """Each exercise's right answers, and its wrong ones."""
    cells = {c.exercise: c for c in read(Course(ROOT).source(find(lesson))) if c.exercise}
    for e in registry.of_lesson(lesson[:2]):
        right = [cells[e.name].text, *(_text(e, other) for other in e.alternatives)]
        yield e.name, right, [_text(e, mistake.wrong) for mistake in e.misconceptions]


def honest_class(lesson, students, rng):
    """Each student answers each exercise on their own: most right, one in ten not at all."""
    known = list(known_answers(lesson))
    return {f"s{i:02d}": dict(_own(known, rng)) for i in range(students)}


def _own(known, rng):
    for name, right, wrong in known:
        draw = rng.random()
        if draw > 0.1:
            yield name, str(rng.choice(right if draw < 0.75 else wrong))


def new_names(text):
    """Every name that the text binds, changed."""
    nodes = list(ast.walk(ast.parse(text)))
    bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in nodes if isinstance(n, ast.arg)}
    return re.sub(r"\b\w+\b", lambda m: f"my_{m[0]}_2" if m[0] in bound else m[0], text)


def new_layout(text):
    """Other quotes and brackets, blank lines, and a comment after each line."""
    lines = ast.unparse(ast.parse(text)).splitlines()
    return "\n\n".join(
        line if '"""' in line else f"{line}  # step {i}" for i, line in enumerate(lines)
    )


def new_order(text):
    """Each two assignments in a row change places."""
    tree = ast.parse(text)
    for body in (n.body for n in ast.walk(tree) if isinstance(getattr(n, "body", None), list)):
        for i in range(len(body) - 1):
            if isinstance(body[i], ast.Assign) and isinstance(body[i + 1], ast.Assign):
                body[i], body[i + 1] = body[i + 1], body[i]
    return ast.unparse(tree)


def everything(text):
    return new_layout(new_order(new_names(text)))


@pytest.mark.parametrize("disguise", [str, new_names, new_layout, new_order, everything])
def test_a_copy_is_found_behind_its_disguise(disguise, released):
    found = 0
    for seed in range(3):
        answers = honest_class(LESSON, 20, np.random.default_rng(seed))
        answers["copy"] = {name: disguise(text) for name, text in answers["s05"].items()}
        pair = next((p for p in similar(answers, released) if p.students == ("copy", "s05")), None)
        found += pair is not None and {m.exercise for m in pair.matches} >= _long(answers["s05"])
    assert found == 3


def _long(answers):
    return {name for name, text in answers.items() if len(text) > 150}


def test_honest_students_are_rarely_named(released):
    """Fewer than one pair in 200, although many have the same text to the letter."""
    classes = [honest_class(LESSON, 20, np.random.default_rng(seed)) for seed in range(5)]
    assert sum(len(similar(answers, released)) for answers in classes) < 5 * 190 / 200


@pytest.mark.slow
def test_the_rates_that_the_module_states():
    """About one honest pair in a thousand; 99 of 100 copies. Over six lessons and 60 classes."""
    pairs = false = copies = found = 0
    for lesson in ("01", "02", "03", "05", "08", "10"):
        lesson = find(lesson).id
        texts = released_of(lesson)
        for students in (12, 40):
            for seed in range(5):
                answers = honest_class(lesson, students, np.random.default_rng(seed))
                made = {(f"copy-{s}", s) for s in list(answers)[:4]}
                for (copy, s), how in zip(
                    sorted(made), (new_names, new_layout, new_order, everything), strict=True
                ):
                    answers[copy] = {name: how(text) for name, text in answers[s].items()}
                named = {pair.students for pair in similar(answers, texts)}
                pairs += len(answers) * (len(answers) - 1) // 2 - 4
                false, found, copies = (
                    false + len(named - made),
                    found + len(named & made),
                    copies + 4,
                )
    print(f"{false} of {pairs} honest pairs, {found} of {copies} copies")
    assert false / pairs < 0.002 and found / copies > 0.97


def test_the_released_text_is_nobodys(released):
    untouched = {"x": dict(released), "y": dict(released)}
    others = honest_class(LESSON, 10, np.random.default_rng(0))
    named = {name for pair in similar(others | untouched, released, 0.01) for name in pair.students}
    assert not named & set(untouched)


def test_short_equal_answers_are_held_against_nobody(released):
    values = {
        name: right[0] for name, right, _ in known_answers(LESSON) if "def " not in released[name]
    }
    assert len(values) == 4
    answers = honest_class(LESSON, 10, np.random.default_rng(1)) | {"a": values, "b": dict(values)}
    assert ("a", "b") not in {pair.students for pair in similar(answers, released, 0.5)}


def test_what_the_whole_class_wrote_is_nobodys(released):
    one = honest_class(LESSON, 1, np.random.default_rng(0))["s00"]
    everybody = {f"s{i}": one for i in range(12)}
    assert similar(everybody, released, 0.01) == []
    others = honest_class(LESSON, 12, np.random.default_rng(9))
    two = {pair.students for pair in similar(others | {"x": one, "y": one}, released)}
    assert ("x", "y") in two


def test_two_students_alone_can_be_compared(released):
    one = honest_class(LESSON, 1, np.random.default_rng(0))["s00"]
    assert [pair.share for pair in similar({"x": one, "y": one}, released)] == [1.0]
    assert similar({"x": one}, released) == [] and similar({}, released) == []


@pytest.mark.parametrize("text", [
    "", "def", "%%bash\nrm -rf /", "\0", "\ud800", "(" * 5000, "x = " + "9" * 6000, "é" * 50_000,
    "'''" + "a\n" * 30_000, "lambda: " * 3000 + "1", "if 1:\n" * 90, "'\\d'",
])  # fmt: skip
def test_any_text_has_a_fingerprint(text):
    assert fingerprint(text) == fingerprint(text)


def test_nothing_of_a_student_runs(tmp_path, released):
    trap = tmp_path / "ran"
    text = f"open({str(trap)!r}, 'w')\nassert False\n" * 9
    answers = {s: {name: text for name in released} for s in ("a", "b", "c")}
    similar(answers | honest_class(LESSON, 9, np.random.default_rng(0)), released)
    assert not trap.exists()


HOSTILE = Pair(
    ("<script>alert(1)</script>", "[red]b[/red]\x1b[31m"),
    0.9,
    (
        Match(
            "sigmoid", 0.9, ("[bold]x[/bold] = 1 \x1b]0;t\x07", "</pre><script>alert(2)</script>")
        ),
    ),
)


def test_students_text_stays_text():
    console = Console(width=100, record=True, force_terminal=True, file=open("/dev/null", "w"))
    with console.file:
        console.print(as_text([HOSTILE]))
    shown = console.export_text(styles=True)
    assert "[bold]x[/bold]" in shown and "[red]b[/red]" in shown
    assert "\x1b]0" not in shown and "\x1b[31m" not in shown
    page = as_page(LESSON, [HOSTILE])
    assert "<script" not in page and page.count("&lt;script&gt;") == 3 and "\x1b" not in page


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(Refusal, match="--threshold is a share from 0 to 1: got"):
        similar({}, {}, threshold)


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """A course in which nine students handed in; the last has the answers of another one."""
    monkeypatch.setitem(cli.COMMANDS, "similar", "Show which answers are alike.")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder / LESSON, tmp_path / folder / LESSON)
    answers = honest_class(LESSON, 7, np.random.default_rng(3))
    for student, theirs in (answers | {"copy": answers["s06"], "untouched": {}}).items():
        hand_in(tmp_path, student, theirs)
    return tmp_path


def hand_in(folder, student, answers):
    notebook = read_notebook(Course(folder).student(find(LESSON)))
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    path = folder / "submitted" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def test_the_command_names_the_copy(demo, vegrad):
    code, out, err = vegrad("similar", "2", "--json", "--html", demo / "a.html", cwd=demo)
    assert (code, err) == (0, "")
    first = json.loads(out)[0]
    assert first["students"] == ["copy", "s06"] and first["share"] == 1.0
    assert {m["exercise"] for m in first["matches"]} <= set(released_of(LESSON))
    page = (demo / "a.html").read_text(encoding="utf-8")
    assert "s06" in page and "no verdict" in page
    code, out, _ = vegrad("similar", LESSON, cwd=demo)
    assert code == 0 and "copy and s06: 100%" in out


def test_only_answers_of_the_lesson_are_read(demo):
    answers, released = read_class(Course(demo), find(LESSON))
    assert set(released) == set(released_of(LESSON)) and len(answers) == 9
    assert answers["untouched"]["chain_gradient"] == released["chain_gradient"]  # untouched


@pytest.mark.parametrize("arguments, words", [
    (["99"], "There is no lesson '99'"), ([LESSON, "--threshold", "3"], "--threshold is a share"),
    (["01"], "01_sigmoid_derivative"), ([LESSON, "--html", "no/a.html"], "Cannot write no/a.html"),
])  # fmt: skip
def test_bad_input_ends_in_one_line(demo, vegrad, arguments, words):
    code, out, err = vegrad("similar", *arguments, cwd=demo)
    assert (code, out) == (2, "") and err.count("\n") == 1 and words in err


def test_nobody_has_handed_in(demo, vegrad):
    shutil.rmtree(demo / "submitted")
    (demo / "submitted").mkdir()
    code, _, err = vegrad("similar", LESSON, cwd=demo)
    assert code == 2 and f"Nobody has handed in {LESSON}" in err
