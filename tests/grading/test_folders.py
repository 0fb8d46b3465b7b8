"""Files are read one at a time; no link, pipe, archive or size gets in the way of the class."""

import io
import os
import stat
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from vegrad_course.errors import Refusal
from vegrad_course.grading.archive import LIMIT
from vegrad_course.grading.folders import submission, submissions

LESSON = "01_sigmoid_derivative"
NAME = f"{LESSON}.ipynb"


@pytest.fixture
def hand_in(tmp_path):
    """Write files into a student's lesson folder; gives the folder."""

    def write(student="ada", **files):
        folder = tmp_path / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        for name, data in files.get("files", {}).items():
            (folder / name).write_bytes(data)
        return folder

    return write


def read(root, student="ada"):
    return submission(root, student, LESSON)


def zipped(*members, **options):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def test_students_come_in_order_and_lazily(tmp_path, hand_in):
    for student in ("zoe", "ada", "bob"):
        hand_in(student, files={NAME: student.encode()})
    (tmp_path / "submitted" / "read.me").write_text("not a student")
    (tmp_path / "submitted" / ".hidden").mkdir()
    (tmp_path / "submitted" / "carl").mkdir()
    found = submissions(tmp_path, LESSON)
    assert (first := next(found)).student == "ada" and first.data == b"ada"
    (tmp_path / "submitted" / "bob" / LESSON / NAME).write_bytes(b"later")
    assert [(s.student, s.data) for s in found] == [("bob", b"later"), ("zoe", b"zoe")]


def test_a_course_without_submissions_is_refused(tmp_path):
    with pytest.raises(Refusal, match="There is no folder"):
        next(submissions(tmp_path, LESSON))


def test_a_link_to_the_file_is_not_followed(tmp_path, hand_in):
    (tmp_path / "secret").write_text("secret")
    (hand_in() / NAME).symlink_to(tmp_path / "secret")
    assert read(tmp_path).data == b"" and "is a link" in read(tmp_path).problem


@pytest.mark.parametrize("level", ["student", "lesson"])
def test_a_link_to_a_folder_is_not_followed(tmp_path, hand_in, level):
    folder = hand_in("bob", files={NAME: b"bob"})
    link = tmp_path / "submitted" / ("ada" if level == "student" else f"ada/{LESSON}")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(folder.parent if level == "student" else folder)
    found = {s.student: s for s in submissions(tmp_path, LESSON)}
    assert found["bob"].data == b"bob"
    assert found["ada"].data == b"" and "is a link" in found["ada"].problem


def test_a_pipe_does_not_hang(tmp_path, hand_in):
    os.mkfifo(hand_in() / NAME)
    begun = time.monotonic()
    assert "a pipe or a device" in read(tmp_path).problem
    assert time.monotonic() - begun < 1


def test_a_folder_in_the_file_s_place(tmp_path, hand_in):
    (hand_in() / NAME).mkdir()
    assert "is a folder" in read(tmp_path).problem


def test_a_file_in_the_lesson_folder_s_place(tmp_path):
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    (tmp_path / "submitted" / "ada" / LESSON).write_text("{}")
    assert "should be a folder" in read(tmp_path).problem


def test_200_megabytes_are_not_read(tmp_path, hand_in):
    with (hand_in() / NAME).open("wb") as file:
        file.truncate(200_000_000)
    begun = time.monotonic()
    found = read(tmp_path)
    assert found.data == b"" and "200,000,000 bytes; the limit is 10,485,760" in found.problem
    assert time.monotonic() - begun < 0.5


def test_a_file_at_the_limit_is_read(tmp_path, hand_in):
    hand_in(files={NAME: b" " * LIMIT})
    assert len(read(tmp_path).data) == LIMIT


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become another user")
def test_an_unreadable_file_costs_only_its_owner():
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        folder = Path(name, "submitted", "ada", LESSON)
        folder.mkdir(parents=True)
        (folder / NAME).write_text("{}")
        (folder / NAME).chmod(stat.S_IWUSR)
        os.seteuid(65534)
        try:
            found = read(Path(name))
        finally:
            os.seteuid(0)
    assert found.data == b"" and "Permission denied" in found.problem


def test_a_renamed_notebook_is_taken_and_noted(tmp_path, hand_in):
    hand_in(files={"my work.ipynb": b"{}", "data.csv": b"", ".other.ipynb": b""})
    assert read(tmp_path).data == b"{}"
    assert read(tmp_path).notes == (f"The file is named `my work.ipynb`, not `{NAME}`.",)


def test_several_renamed_notebooks_are_not_guessed_at(tmp_path, hand_in):
    hand_in(files={"a.ipynb": b"{}", "b`\n.ipynb": b"{}"})
    assert "there are `a.ipynb`, `b'\\n.ipynb`" in read(tmp_path).problem


def test_the_right_name_wins(tmp_path, hand_in):
    hand_in(files={NAME: b"right", "a.ipynb": b"{}", "a.zip": b"PK"})
    assert read(tmp_path).data == b"right" and read(tmp_path).notes == ()


def test_an_empty_folder(tmp_path, hand_in):
    hand_in()
    assert f"There is no `{NAME}`" in read(tmp_path).problem


@pytest.mark.parametrize("file", ["work.zip", NAME])
@pytest.mark.parametrize("member", [NAME, f"deep/er/{NAME}", "other.ipynb"])
def test_a_notebook_in_a_zip(tmp_path, hand_in, file, member):
    extra = ("__MACOSX/._x.ipynb", b"x"), ("a/.ipynb_checkpoints/x.ipynb", b"x"), ("d.csv", b"")
    folder = hand_in(files={file: zipped((member, b"{}"), *extra)})
    found = read(tmp_path)
    assert (found.data, found.problem) == (b"{}", "")
    assert f"The notebook was in a zip, as `{member}`." in found.notes
    assert os.listdir(folder) == [file]


def link():
    info = zipfile.ZipInfo(NAME)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def lying(data):
    """A zip whose directory says that the notebook is 10 bytes."""
    size = len(data).to_bytes(4, "little")
    return zipped((NAME, data), compression=zipfile.ZIP_DEFLATED).replace(
        size, (10).to_bytes(4, "little")
    )


HOSTILE = {
    "up": (zipped((NAME, b"{}"), ("../../x.ipynb", b"")), "leads out"),
    "absolute": (zipped((NAME, b"{}"), ("/etc/x", b"")), "leads out"),
    "drive": (zipped((NAME, b"{}"), ("C:\\x", b"")), "leads out"),
    "back": (zipped((NAME, b"{}"), ("..\\x", b"")), "leads out"),
    "link": (zipped((link(), b"/etc/passwd")), "is a link"),
    "bomb": (zipped((NAME, b"0" * 9_000_000), compression=zipfile.ZIP_DEFLATED), "unpack to"),
    "large": (
        zipped((NAME, os.urandom(LIMIT // 2 + 1).hex().encode()), compression=zipfile.ZIP_DEFLATED),
        "unpack to",
    ),
    "lzma": (zipped((NAME, b"{}"), compression=zipfile.ZIP_LZMA), "unusual"),
    "lying": (lying(b"0123456789abcde" * 1_000), "broken"),
    "broken": (zipped((NAME, b"{}"))[:40], "broken"),
    "two": (zipped(("a.ipynb", b"{}"), ("b.ipynb", b"{}")), "holds 2 notebooks"),
    "none": (zipped(("a.txt", b"")), "holds 0 notebooks"),
    "many": (zipped(*((f"{i}", b"") for i in range(1_001))), "1,001 entries"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_a_problem(tmp_path, hand_in, kind):
    data, said = HOSTILE[kind]
    hand_in(files={"work.zip": data})
    found = read(tmp_path)
    assert found.data == b"" and said in found.problem


def test_a_zip_that_is_encrypted(tmp_path, hand_in):
    data = bytearray(zipped((NAME, b"{}")))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    hand_in(files={"work.zip": bytes(data)})
    assert "broken (RuntimeError)" in read(tmp_path).problem


@pytest.mark.parametrize(
    "text",
    ["2026-01-31 23:59:59.123456 UTC", "2026-01-31 23:59:59 Europe/Paris", "2026-01-31T08:00"],
)
def test_a_timestamp_is_kept(tmp_path, hand_in, text):
    hand_in(files={NAME: b"{}", "timestamp.txt": f"{text}\n".encode()})
    assert read(tmp_path).timestamp == text and read(tmp_path).notes == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"yesterday",
        b"\xff\xfe",
        b"2026-02-31 00:00:00 UTC",
        b"2026-01-31 23:59:59 ../../etc/passwd",
        b"2026-01-31 23:59:59 /etc/localtime",
        b"9" * 100_000,
    ],
)
def test_a_malformed_timestamp_is_ignored_and_noted(tmp_path, hand_in, data):
    hand_in(files={NAME: b"{}", "timestamp.txt": data})
    found = read(tmp_path)
    assert (found.data, found.timestamp) == (b"{}", "") and "was ignored" in found.notes[0]


def test_a_timestamp_that_is_a_link_is_ignored(tmp_path, hand_in):
    (hand_in(files={NAME: b"{}"}) / "timestamp.txt").symlink_to("/etc/hostname")
    assert read(tmp_path).timestamp == "" and "was ignored" in read(tmp_path).notes[0]


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", " ada", "a\u202eb", "x" * 101])
def test_an_odd_name_is_refused_without_stopping_the_class(tmp_path, hand_in, name):
    for student in (name, "zoe"):
        hand_in(student, files={NAME: b"{}"})
    odd, zoe = submissions(tmp_path, LESSON)
    assert odd.data == b"" and odd.problem.startswith("Rename the folder") and odd.digest
    assert odd.student.isprintable() and zoe.data == b"{}"


def test_a_name_that_is_not_unicode_is_refused(tmp_path):
    os.makedirs(os.fsencode(tmp_path / "submitted") + b"/\xff/" + LESSON.encode())
    (odd,) = submissions(tmp_path, LESSON)
    assert odd.student == "\\udcff" and odd.problem and odd.digest


@pytest.mark.parametrize("name", ["grace.hopper", "josé", "o'neil", "a b", "李", "x+y@z.org", "=1"])
def test_names_that_nbgrader_accepts(tmp_path, hand_in, name):
    hand_in(name, files={NAME: b"{}"})
    assert [s.student for s in submissions(tmp_path, LESSON)] == [name]
