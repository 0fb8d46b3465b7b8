"""The course's secret, from which every student's key follows, and what tells that it is lost."""

import os
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from vegrad_course.checking.keys import key_of
from vegrad_course.errors import Refusal

SECRET = ".vegrad-secret"  # for the instructor alone
WITNESS = ".vegrad-variants"  # a fingerprint of the secret, which may be seen by anyone
FORM = re.compile(r"[0-9a-f]{64}\n?")
OFF = f"To switch variants off, delete {WITNESS} too."


@dataclass(frozen=True)
class Keys:
    """The students' keys of a course. All are empty where the course has no variants."""

    secret: bytes = field(default=b"", repr=False)

    def of(self, student: str) -> str:
        return key_of(self.secret, student) if self.secret else ""


def load(root: Path) -> Keys:
    """The keys of a course. A secret that is lost, broken or another one is refused."""
    path, witness = root / SECRET, _read(root / WITNESS)
    text = _read(path)
    if text is None and witness is None:
        return Keys()
    if text is None:
        raise Refusal(f"{path} is missing, and students have keys. Put back your copy of it. {OFF}")
    if not FORM.fullmatch(text):
        raise Refusal(f"{path} must hold 64 hexadecimal digits: it does not. Put back your copy.")
    if witness is not None and witness.strip() != _fingerprint(text):
        raise Refusal(f"{path} is not the secret of the keys given out. Put back your copy. {OFF}")
    return Keys(bytes.fromhex(text.strip()))


def load_or_make(root: Path) -> Keys:
    """The keys of a course, with a new secret when it has none."""
    if not (root / SECRET).exists() and not (root / WITNESS).exists():
        _make(root)
    return load(root)


def _make(root: Path) -> None:
    text = secrets.token_hex(32) + "\n"
    try:
        number = os.open(root / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="ascii") as file:
            file.write(text)
        (root / WITNESS).write_text(_fingerprint(text) + "\n", encoding="ascii")
    except FileExistsError:  # another command has just made one
        return
    except OSError as error:
        raise Refusal(f"Cannot write into {root}: {error.strerror}. Make it writable.") from None


def _fingerprint(text: str) -> str:
    return sha256(bytes.fromhex(text.strip())).hexdigest()[:16]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} cannot be read ({error}). Put back your copy of it.") from None
