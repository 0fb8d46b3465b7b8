"""Reading what students handed in, one at a time, trusting neither files, links nor archives."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vegrad_course.errors import Refusal
from vegrad_course.grading.archive import CLEAR, LIMIT, NEXT, Unreadable, shown, unzipped
from vegrad_course.grading.record import Submission

TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?( ?(Z|[+-]\d\d:?\d\d)| [A-Za-z]+(/\w+)*)?",
    re.ASCII,
)
KEY = "submission_secret.txt"
NAMES = "a student's id is printable, at most 100 characters, without spaces at its ends."


def submissions(course_root: Path, lesson_id: str) -> Iterator[Submission]:
    """What each student handed in for a lesson, in the order of their names, read one at a time.

    From `submitted/<student>/<lesson>/<lesson>.ipynb`. Below `submitted/` no link is followed.
    A submission that cannot be read has its `problem` set. Students who handed in nothing, plain
    files and hidden folders are passed over.
    """
    folder = course_root / "submitted"
    if not folder.is_dir():
        raise Refusal(f"There is no folder {folder}. Put each student's work into it, or collect.")
    for student in sorted(os.listdir(folder)):
        found = None if student.startswith(".") else submission(course_root, student, lesson_id)
        if found:
            yield found


def submission(course_root: Path, student: str, lesson_id: str) -> Submission | None:
    """What one student handed in, or None. A name that is no plain text comes out escaped."""
    if not _plain(student):
        escaped = student.encode("unicode_escape").decode()
        return Submission(escaped, lesson_id, problem=f"Rename the folder `{escaped}`: {NAMES}")
    notes: list[str] = []
    try:
        with _open(course_root / "submitted", None, os.O_DIRECTORY) as root:
            if stat.S_ISREG(_kind(student, root)):
                return None
            with _folder(student, root) as home, _folder(lesson_id, home) as folder:
                data = _notebook(folder, lesson_id, notes)
                timestamp = _timestamp(folder, notes)
    except FileNotFoundError:
        return None
    except Unreadable as why:
        return Submission(student, lesson_id, problem=str(why))
    except OSError as error:
        reason = f"It cannot be read ({error.strerror}). Mend the permissions of the folder."
        return Submission(student, lesson_id, problem=reason)
    return Submission(student, lesson_id, data, timestamp, notes=tuple(notes))


def feedback_key(course_root: Path, student: str, lesson_id: str) -> str:
    """nbgrader's secret of a submission, or nothing. The exchange finds feedback by it."""
    try:
        with (
            _open(course_root / "submitted", None, os.O_DIRECTORY) as root,
            _folder(student, root) as home,
            _folder(lesson_id, home) as folder,
        ):
            return _bytes(KEY, folder, limit=200).decode("ascii")
    except (Unreadable, OSError, ValueError):
        return ""


def _plain(student: str) -> bool:
    return student.isprintable() and student == student.strip() and len(student) <= 100


def _kind(name: str, folder: int) -> int:
    return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode


@contextmanager
def _open(name: str | Path, folder: int | None, flags: int) -> Iterator[int]:
    """A file descriptor. Opening neither waits (a pipe would) nor becomes a terminal's owner."""
    flags |= os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    file = os.open(name, flags, dir_fd=folder)
    try:
        yield file
    finally:
        os.close(file)


@contextmanager
def _folder(name: str, parent: int) -> Iterator[int]:
    mode = _kind(name, parent)
    if stat.S_ISLNK(mode):
        raise Unreadable(f"`{name}` is a link, and links are not followed. {NEXT}")
    if not stat.S_ISDIR(mode):
        raise Unreadable(f"`{name}` should be a folder, and is a file. Put the notebook in it.")
    with _open(name, parent, os.O_DIRECTORY | os.O_NOFOLLOW) as folder:
        yield folder


def _bytes(name: str, folder: int, limit: int = LIMIT) -> bytes:
    """The content of a regular file of at most `limit` bytes."""
    file_name, mode = shown(name), _kind(name, folder)
    if stat.S_ISLNK(mode):
        raise Unreadable(f"`{file_name}` is a link, and links are not followed. {NEXT}")
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise Unreadable(f"`{file_name}` is {what}, not a file. {NEXT}")
    with _open(name, folder, os.O_NOFOLLOW) as file:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(f"`{file_name}` is not a file. {NEXT}")
        with os.fdopen(os.dup(file), "rb") as stream:
            data = b"" if found.st_size > limit else stream.read(limit + 1)
    size = max(found.st_size, len(data))
    if size > limit:
        raise Unreadable(f"`{file_name}` has {size:,} bytes; the limit is {limit:,}. {CLEAR}")
    return data


def _notebook(folder: int, lesson_id: str, notes: list[str]) -> bytes:
    """The notebook's bytes: from the file of that name, the only notebook, or the only zip."""
    name = f"{lesson_id}.ipynb"
    try:
        _kind(name, folder)
    except FileNotFoundError:
        name = _other(folder, name)
        notes.append(f"The file is named `{shown(name)}`, not `{lesson_id}.ipynb`.")
    data = _bytes(name, folder)
    return unzipped(data, lesson_id, notes) if data.startswith(b"PK\3\4") else data


def _other(folder: int, wanted: str) -> str:
    names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    for ending in (".ipynb", ".zip"):
        found = [name for name in names if name.lower().endswith(ending)]
        if len(found) == 1:
            return found[0]
        if found:
            some = ", ".join(f"`{shown(name)}`" for name in found[:3])
            raise Unreadable(f"Which file counts? None is named `{wanted}`; there are {some}.")
    raise Unreadable(f"There is no `{wanted}`, and no other notebook. {NEXT}")


def _timestamp(folder: int, notes: list[str]) -> str:
    """nbgrader's time of handing in, checked; empty where there is none."""
    from nbgrader.utils import parse_utc

    try:
        text = _bytes("timestamp.txt", folder, limit=200).decode("ascii").strip()
        if not TIMESTAMP.fullmatch(text):
            raise ValueError(text)
        parse_utc(text)
        return text
    except FileNotFoundError:
        return ""
    except (Unreadable, OSError, ValueError, OverflowError):
        notes.append("`timestamp.txt` holds no date and time, and was ignored.")
        return ""
