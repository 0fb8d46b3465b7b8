"""The summary of a class: the numbers, who needs a look, and the forms that it comes in."""

import csv
import io
import json
import re
import shutil
import tracemalloc
from dataclasses import replace

import pytest
from rich.console import Console

from tests.conftest import ROOT
from vegrad_course import cli
from vegrad_course.exercises import registry
from vegrad_course.grading.record import ExerciseVerdict, Graded, Problem
from vegrad_course.grading.summary import summarise
from vegrad_course.grading.summary_page import as_page
from vegrad_course.grading.summary_tables import as_csv, as_json, as_text

LESSON = "02_deep_chains"
EXERCISES = registry.of_lesson("02")
NAMES = [exercise.name for exercise in EXERCISES]
POINTS = {exercise.name: float(exercise.points) for exercise in EXERCISES}
HOSTILE = "<script>alert(1)</script>"


def verdict(name, share=1.0, kind="", misconception=""):
    kind = kind or ("passed" if share == 1 else "partial" if share else "value")
    return ExerciseVerdict(name, share * POINTS[name], POINTS[name], kind, "text", misconception)


def graded(student, share=1.0, kind="", problems=(), protection="sandbox", notebook=""):
    verdicts = tuple(verdict(name, share, kind) for name in NAMES)
    problems = tuple(Problem("file", text) for text in problems)
    return Graded(student, LESSON, "d", 1, verdicts, problems, notebook, b"", protection, 1.5)


def with_verdicts(student, **by_name):
    record = graded(student)
    given = (by_name.get(v.name, v) for v in record.verdicts)
    return replace(record, verdicts=tuple(given))


@pytest.fixture
def summary():
    mistake = EXERCISES[1].misconceptions[0]
    return summarise(
        LESSON,
        [
            graded("b"),
            graded("a", 0.5),
            graded("c", 0.0, "unanswered"),
            with_verdicts("d", chain_gradient=verdict("chain_gradient", 0, "", mistake.name)),
            with_verdicts("e", chain_gradient=verdict("chain_gradient", 0, "", mistake.name),
                          neutral_weight=verdict("neutral_weight", 0, "timeout")),
            graded(HOSTILE, problems=["=1+1 [red]there[/red] \x1b[31m"], protection="unsafe"),
        ],
        {"b": 2, "a": 1},
    )  # fmt: skip


def test_the_numbers_are_those_of_the_records(summary):
    whole = sum(POINTS.values())
    scores = sorted([whole, whole / 2, 0, whole - 3, whole - 4, whole])
    assert (summary.number, summary.points, summary.seconds) == (6, whole, 9.0)
    assert summary.mean == pytest.approx(sum(scores) / 6)
    assert summary.quartiles[0::2] == (0, (scores[2] + scores[3]) / 2, whole)
    assert summary.quartiles[1] == pytest.approx(scores[1] + 0.25 * (scores[2] - scores[1]))
    assert sum(summary.histogram) == 6
    assert summary.histogram[0] == 1 and summary.histogram[5] == 1 and summary.histogram[9] == 2
    assert summary.kinds == {"passed": 33, "partial": 9, "unanswered": 9, "value": 2, "timeout": 1}


def test_the_hardest_exercise_comes_first(summary):
    lines = {line.name: line for line in summary.exercises}
    assert summary.exercises[0].name == "chain_gradient"
    assert summary.exercises[1].name == "neutral_weight"
    assert lines["chain_gradient"].mean_share == pytest.approx(2.5 / 6)
    assert lines["chain_gradient"].passed_share == pytest.approx(2 / 6)
    assert lines["chain_forward"].mean_share == pytest.approx(4.5 / 6)
    assert {line.answers for line in summary.exercises} == {6}


def test_mistakes_come_with_their_count_and_message(summary):
    known = EXERCISES[1].misconceptions[0]
    assert [(m.exercise, m.name, m.count) for m in summary.mistakes] == [
        ("chain_gradient", known.name, 2)
    ]
    assert summary.mistakes[0].message == " ".join(known.message.split()) != ""


def test_who_needs_a_look_and_why(summary):
    look = {line.student: line.look for line in summary.to_look_at}
    assert look["b"] == ("2 written answers to mark",)
    assert look["a"] == ("1 written answer to mark",)
    assert look["c"] == ("nothing is answered",)
    assert look["e"] == ("was stopped for time: neutral_weight",)
    assert look[HOSTILE][0] == "graded without protection" and "d" not in look


@pytest.mark.parametrize("kind", ["timeout", "memory", "died", "killed", "malformed",
                                  "answered twice", "no answer"])  # fmt: skip
def test_each_verdict_of_the_sandbox_needs_a_look(kind):
    (line,) = summarise(LESSON, [graded("a", 0.0, kind)]).to_look_at
    assert line.look[0].endswith(f": {', '.join(NAMES)}")


def test_a_notebook_that_was_not_judged_is_no_hard_exercise():
    lost = replace(graded("lost", problems=["It is no notebook."]), verdicts=())
    summary = summarise(LESSON, [graded("a"), lost])
    assert {line.mean_share for line in summary.exercises} == {1.0}
    assert summary.to_look_at[0].look == ("It is no notebook.", "nothing is answered")
    assert summarise(LESSON, [lost]).exercises == ()


def test_no_notebook_stays_in_memory():
    records = (graded(f"s{i}", notebook="x" * 1_000_000 + str(i)) for i in range(200))
    tracemalloc.start()
    summarise(LESSON, records)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def rows(summary):
    return list(csv.DictReader(io.StringIO(as_csv(summary)), strict=True))


def test_the_csv_has_a_row_per_student_and_no_formula(summary):
    lines = {row["student"]: row for row in rows(summary)}
    assert list(lines) == sorted([HOSTILE, "a", "b", "c", "d", "e"])
    assert [float(lines["a"][name]) for name in NAMES] == [POINTS[name] / 2 for name in NAMES]
    assert float(lines["d"]["score"]) == sum(POINTS.values()) - 3
    evil = summarise(LESSON, [graded(s) for s in ("=1+1", "+1", "-1", "@a", 'a,"b"')])
    assert [row["student"] for row in rows(evil)] == ["'+1", "'-1", "'=1+1", "'@a", 'a,"b"']
    odd = summarise(LESSON, [graded("a", problems=["=HYPERLINK(1)"], protection="=1")])
    assert rows(odd)[0]["protection"] == "'=1"
    assert not as_csv(odd).count(",=")


def test_the_terminal_shows_students_text_as_it_is(summary):
    console = Console(width=120, record=True, file=io.StringIO(), force_terminal=True)
    console.print(as_text(summary))
    shown = console.export_text(styles=True)
    assert "[red]there[/red]" in shown and "\x1b[31m there" not in shown
    assert "\N{REPLACEMENT CHARACTER}[31m" in shown and HOSTILE in shown
    assert f"{LESSON}: 6 graded, of 17 points" in shown


def test_json_holds_everything(summary):
    data = json.loads(json.dumps(as_json(summary)))
    assert data["number"] == 6 and len(data["students"]) == 6
    assert "d" not in data["to_look_at"] and HOSTILE in data["to_look_at"]


def test_the_page_is_self_contained_and_escaped(summary):
    page = as_page(summary)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.findall(r"""(src|href)=["']?(?!#)""", page.replace("xlink:href", ""))
    assert page.count('role="img" aria-label="') == 2
    assert "#0072b2" not in page.split("</style>", 1)[1]  # colours follow light and dark
    assert as_page(summary) == page


@pytest.mark.browser
@pytest.mark.parametrize("scheme, dark", [("light", False), ("dark", True)])
def test_the_page_fits_a_phone_in_light_and_dark(summary, tmp_path, scheme, dark):
    path = tmp_path / "page.html"
    path.write_text(as_page(summary), encoding="utf-8")
    _look(path, scheme, dark)


def _look(path, scheme, dark):
    from tests.browser.lab import chromium, problems

    with chromium() as browser:
        view = browser.new_page(viewport={"width": 360, "height": 700}, color_scheme=scheme)
        found, asked = problems(view), []
        view.on("request", lambda request: asked.append(request.url))
        view.goto(path.as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= 360
        paper, ink = (_light(view, name) for name in ("backgroundColor", "color"))
        assert (paper < ink) is dark and abs(paper - ink) > 120
        assert view.evaluate("Math.min(...[...document.querySelectorAll('svg text')].map("
                             "e => e.getBoundingClientRect().height))") >= 9  # fmt: skip
        assert (found, asked) == ([], [path.as_uri()])


def _light(view, name):
    color = view.evaluate(f"getComputedStyle(document.body).{name}")
    return sum(map(int, re.findall(r"\d+", color)[:3])) / 3


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setitem(cli.COMMANDS, "summary", "Show how a lesson went.")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "solutions").mkdir()
    return tmp_path


def write_book(folder, records):
    """A gradebook with the lesson's cells, one in words, and these records."""
    from vegrad_course.grading.database import open_book, parse

    url = f"sqlite:///{folder / 'gradebook.db'}"
    book = open_book(parse(url), "vegrad")
    book.add_assignment(LESSON)
    book.add_notebook(LESSON, LESSON)
    for name, points in POINTS.items():
        book.add_grade_cell(f"check-{name}", LESSON, LESSON, max_score=points, cell_type="code")
    book.add_grade_cell("in-words", LESSON, LESSON, max_score=2, cell_type="markdown")
    book.close()
    write_records(folder, records)


def write_records(folder, records):
    from vegrad_course.grading.gradebook import Writer

    with Writer(f"sqlite:///{folder / 'gradebook.db'}") as writer:
        for record in records:
            writer.write(record)


def test_the_command_reads_the_gradebook(course, vegrad):
    write_book(course, [graded("ann"), graded("bob", 0.5)])
    files = ("--csv", course / "a.csv", "--html", course / "a.html")
    code, out, err = vegrad("summary", "2", "--json", *files, cwd=course)
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert (data["number"], data["mean"]) == (2, 17 * 0.75)
    assert [s["look"] for s in data["students"]] == [["1 written answer to mark"]] * 2
    assert (course / "a.csv").read_text(encoding="utf-8").startswith("student,score,points,")
    assert "ann" in (course / "a.html").read_text(encoding="utf-8")
    code, out, err = vegrad("summary", LESSON, cwd=course)
    assert (code, err) == (0, "") and f"{LESSON}: 2 graded" in out


def test_bad_input_ends_in_one_line(course, vegrad):
    def refused(*arguments):
        code, out, err = vegrad("summary", *arguments, cwd=course)
        assert (code, out) == (2, "") and err.count("\n") == 1
        return err

    assert "There is no lesson '99'" in refused("99")
    assert "There is no gradebook" in refused(LESSON)
    assert not (course / "gradebook.db").exists()
    assert "--db takes" in refused(LESSON, "--db", "nonsense")
    write_book(course, [])
    assert f"has no record of {LESSON}" in refused(LESSON)
    write_records(course, [graded("ann")])
    assert "Cannot write" in refused(LESSON, "--html", course / "no" / "a.html")
    assert "has no record of 01_sigmoid_derivative" in refused("01")
