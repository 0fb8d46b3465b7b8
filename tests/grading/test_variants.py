"""Variants: numbers of one's own, decided by a key; judged by who handed in, whatever they say."""

import csv
import io
import json
import stat
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest

from tests.conftest import ROOT
from tests.grading import classes
from vegrad_course import check, constant
from vegrad_course.authoring.source import read
from vegrad_course.checking import keys, own
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry
from vegrad_course.exercises.marking import mark
from vegrad_course.exercises.variants import ANOTHER, members, varied
from vegrad_course.grading import secret
from vegrad_course.grading.answers import pack
from vegrad_course.grading.rules import Rules
from vegrad_course.proof.verify import verify_variants

NAMES = ("one_percent_z", "last_normal_depth", "first_zero_depth", "deepest_trainable")
RIGHT = {0.01: 5.986, 0.02: 5.289, 0.05: 4.357, 0.1: 3.637}  # 2 arccosh(share ** -1/2), on paper
SECRET = bytes(range(32))


def key_with(share):
    """The key of some student whose share is this one."""
    for number in range(1000):
        keys.keep(keys.key_of(SECRET, f"student {number}"))
        if constant("one_percent_z", "share") == share:
            return keys.own()
    raise AssertionError(share)


# --- What a learner sees ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_without_a_key_nothing_is_different(name):
    plain, seen = registry.find(name), own.exercise(name)
    assert seen is plain and not plain.others and Rules(1).key == ""
    assert [dict(m.case.inputs) for m in mark(plain, 1.0).marks] == [{}]
    assert all(constant(name, c) == values[0] for c, values in plain.choices.items())
    before = pack({name: mark(plain, plain.misconceptions[0].wrong)})
    keys.keep(keys.key_of(SECRET, "ada"))
    assert pack({name: mark(own.exercise(name), plain.misconceptions[0].wrong)}) != before
    keys.keep("")
    assert pack({name: mark(own.exercise(name), plain.misconceptions[0].wrong)}) == before


def test_a_key_gives_the_same_numbers_at_each_opening():
    key_with(0.05)
    code = "from vegrad_course import constant; print(constant('one_percent_z', 'share'))"
    opened = [sys.executable, "-c", code]
    said = [subprocess.check_output(opened, text=True, cwd=ROOT).strip() for _ in range(2)]
    assert said == ["0.05", "0.05"]


def test_two_exercises_of_a_lesson_share_their_number():
    for number in range(20):
        keys.keep(keys.key_of(SECRET, f"student {number}"))
        first, second = (
            constant(f"{name}_depth", "factor") for name in ("last_normal", "first_zero")
        )
        assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_comes_about_equally_often(name):
    (which, choices), drawn = *registry.find(name).choices.items(), []
    for number in range(300):
        keys.keep(keys.key_of(SECRET, f"student {number}"))
        drawn.append(constant(name, which))
    shares = [drawn.count(choice) / len(drawn) * len(choices) for choice in choices]
    assert min(shares) > 0.7 and max(shares) < 1.3, shares


def test_each_student_is_right_with_their_own_number_and_not_with_a_friends():
    for share, right in RIGHT.items():
        key_with(share)
        assert check(one_percent_z=right).passed
        for other in RIGHT.keys() - {share}:
            report = check(one_percent_z=RIGHT[other])
            assert report.score == 0 and report.marks.misconception.name == ANOTHER
            assert f"right answer for share = {other:g}. Your number is share = {share:g}" in str(
                report
            )
        assert check(one_percent_z=1.0).marks.misconception is None


def test_an_unknown_constant_is_refused_with_the_nearest_one():
    with pytest.raises(Refusal, match=r"no constant 'shares'\. Did you mean 'share'"):
        constant("one_percent_z", "shares")
    with pytest.raises(Refusal, match="'max_slope' has no constants"):
        constant("max_slope", "share")


# --- Keys ------------------------------------------------------------------------------------


def test_a_key_with_one_wrong_sign_or_two_swapped_is_refused():
    key = keys.key_of(SECRET, "ada").replace("-", "")
    wrong = {key[:i] + sign + key[i + 1 :] for i in range(12) for sign in keys.ALPHABET}
    pairs = [(i, j) for i in range(12) for j in range(i)]
    for i, j in pairs:
        swapped = list(key)
        swapped[i], swapped[j] = key[j], key[i]
        wrong.add("".join(swapped))
    wrong.discard(key)
    assert len(wrong) > 12 * 30
    for text in wrong:
        with pytest.raises(Refusal, match="is mistyped"):
            keys.parsed(text)
    assert keys.parsed(f" {key[:5].lower()} {key[5:]}\n").replace("-", "") == key


def test_keys_are_entered_kept_shown_and_forgotten(vegrad):
    key = keys.key_of(SECRET, "ada")
    assert "No key is kept" in vegrad("variants")[1]
    assert vegrad("variants", "--key", key.lower())[0] == 0 and keys.own() == key
    assert key in vegrad("variants")[1]
    for bad in ("", "K7Q2", key + "A", key[:-1] + "0", "\N{SNOWMAN}" * 12):
        code, _, err = vegrad("variants", "--key", bad)
        assert code == 2 and "K7Q2-M9XD-3FRT" in err and err.count("\n") == 1
        assert keys.own() == key
    assert vegrad("variants", "--key", key, "--off")[0] == 2
    assert vegrad("variants", "--off")[0] == 0 and keys.own() == ""


@pytest.mark.parametrize("content", [b"", b"K7Q2-M9XD-3FRA", b"\xff\xfe"])
def test_a_broken_key_file_is_refused_and_never_taken_for_no_key(content):
    keys.keep(keys.key_of(SECRET, "ada"))
    keys._place().write_bytes(content)
    with pytest.raises(Refusal, match="Enter it again"):
        check(one_percent_z=5.986)


# --- The course's secret and roster -----------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "nbgrader_config.py").write_text("")
    roster = "id,last_name\nada,Lovelace\nbob,=cmd|' /C calc'!A0\n-eve,Eve\n"
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8-sig")
    return tmp_path


def test_each_student_gets_a_key_and_the_same_one_again(course, vegrad):
    first = vegrad("variants", "--students", course / "roster.csv", cwd=course)
    assert first == vegrad("variants", "--students", course / "roster.csv", cwd=course)
    header, *rows = csv.reader(io.StringIO(first[1]))
    assert header == ["id", "last_name", "key"]
    assert [row[:2] for row in rows] == [
        ["ada", "Lovelace"],
        ["bob", "'=cmd|' /C calc'!A0"],
        ["'-eve", "Eve"],
    ]
    made = secret.load(course)
    assert [row[2] for row in rows] == [made.of(name) for name in ("ada", "bob", "-eve")]
    assert len({keys.parsed(row[2]) for row in rows}) == 3
    assert stat.S_IMODE((course / secret.SECRET).stat().st_mode) == 0o600
    assert (course / secret.SECRET).read_text().strip() not in repr(made) + first[1]


def test_git_does_not_see_the_secret():
    asked = ["git", "check-ignore", secret.SECRET, "keys.csv", secret.WITNESS]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert said == [secret.SECRET, "keys.csv"]


@pytest.mark.parametrize(
    "roster", ["", "name\nada\n", "id,x\nada\n", "id\n' '\n".replace("'", ""), b"\xff\xfe\x00"]
)
def test_a_roster_that_cannot_be_used_is_refused_and_makes_no_secret(course, vegrad, roster):
    data = roster if isinstance(roster, bytes) else roster.encode()
    (course / "roster.csv").write_bytes(data)
    code, out, err = vegrad("variants", "--students", course / "roster.csv", cwd=course)
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert not (course / secret.SECRET).exists()


def test_a_secret_that_is_lost_broken_or_another_one_is_refused(course, vegrad):
    assert secret.load(course).of("ada") == ""
    ask = ("variants", "--students", course / "roster.csv")
    given = vegrad(*ask, cwd=course)
    place, good = course / secret.SECRET, (course / secret.SECRET).read_text()
    for text, said in (
        (None, "is missing, and students have keys"),
        ("", "64 hexadecimal digits"),
        (good[:-2], "64 hexadecimal digits"),
        ("0" * 64, "not the secret of the keys given out"),
    ):
        place.unlink() if text is None else place.write_text(text)
        code, out, err = vegrad(*ask, cwd=course)
        assert (code, out) == (2, "") and said in err and err.count("\n") == 1
        with pytest.raises(Refusal, match=said):
            secret.load(course)
    place.write_text(good)
    assert vegrad(*ask, cwd=course) == given


# --- Grading ---------------------------------------------------------------------------------


def hand_in(course, student, like, **changes):
    """Another student hands in the notebook of `like`, with other texts in some answer cells."""
    path = next((course / "submitted" / like).rglob("*.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = changes.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    there = course / "submitted" / student / path.parent.name / path.name
    there.parent.mkdir(parents=True)
    nbformat.write(notebook, there)


def test_the_judge_goes_by_the_student_and_not_by_what_the_notebook_says(tmp_path, vegrad):
    course = classes.class_in(tmp_path, 6)
    secret.load_or_make(course)
    (course / secret.SECRET).write_text(SECRET.hex())
    (course / secret.WITNESS).write_text(secret._fingerprint(SECRET.hex()))
    shares = {student: share_of(student) for student in ("own", "copied", "posing", "rebound")}
    friends = next(share for share in RIGHT if share not in shares.values())
    hand_in(course, "own", "demo-001", one_percent_z=f"one_percent_z = {RIGHT[shares['own']]}")
    hand_in(course, "copied", "demo-001", one_percent_z=f"one_percent_z = {RIGHT[friends]}")
    posing = POSING.format(key=keys.key_of(SECRET, friend(friends)), right=RIGHT[friends])
    hand_in(course, "posing", "demo-001", one_percent_z=posing)
    rebound = f"import vegrad_course\nvegrad_course.constant = lambda *_: {friends}\n"
    rebound += "one_percent_z = 2 * np.arccosh(1 / np.sqrt(vegrad_course.constant('a', 'b')))"
    hand_in(course, "rebound", "demo-001", one_percent_z=rebound)

    keys.keep(key_with(friends))  # the instructor's own key is no one else's
    classes.grade(course, "--workers", 1)
    marks, due = classes.marks(course), classes.due(course)
    assert {who: marks[who] for who in due} == due  # demo-001 computes with their own share
    points = registry.find("one_percent_z").points
    got = {student: marks[student, "one_percent_z"] for student in shares}
    assert got == {"own": points, "copied": 0, "posing": 0, "rebound": 0}
    comments = {(who, name): text for who, name, text, _ in classes.rows(course, classes.COMMENTS)}
    said = str([text for (who, name), text in comments.items() if who == "copied"])
    assert f"share = {friends:g}. Your number is share = {shares['copied']:g}" in said

    judged = json.loads(vegrad("regrade", "01", "--json", cwd=course)[1])
    assert (judged["records"], judged["changes"], judged["again"]) == (10, [], [])
    (course / secret.SECRET).unlink()
    for command in ("grade", "regrade"):
        code, _, err = vegrad(command, "01", cwd=course)
        assert code == 2 and "is missing, and students have keys" in err
    (course / secret.WITNESS).unlink()  # variants are switched off: nobody is judged by 1%
    judged = json.loads(vegrad("regrade", "01", "--json", cwd=course)[1])
    assert judged["changes"] == []
    assert {again["exercise"] for again in judged["again"]} == {"one_percent_z"}
    assert classes.marks(course) == marks


POSING = """
import os, pathlib
os.environ["VEGRAD_HOME"] = "/tmp/home"
pathlib.Path("/tmp/home").mkdir(exist_ok=True)
pathlib.Path("/tmp/home/key.txt").write_text("{key}")
one_percent_z = {right}
"""


def share_of(student):
    """The share of a student of the class, as they see it themselves."""
    keys.keep(keys.key_of(SECRET, student))
    return constant("one_percent_z", "share")


def friend(share):
    return next(name for name in map(str, range(1000)) if share_of(name) == share)


# --- The proof -------------------------------------------------------------------------------


def test_the_proof_tries_every_choice():
    cells, exercise = read(ROOT / "solutions" / "01_sigmoid_derivative.py"), registry.find(NAMES[0])
    assert len(members(exercise)) == 4 and list(verify_variants(exercise, cells)) == []

    @varied(**exercise.choices)
    def forgetful(share):
        return exercise.make(share=0.01)

    forgetful = replace(forgetful, name=exercise.name, lesson=exercise.lesson)
    failures = list(verify_variants(forgetful, cells))
    assert any("with share = 0.05: the reference answer fails" in failure for failure in failures)
    assert any("is not taken for another student's" in failure for failure in failures)
