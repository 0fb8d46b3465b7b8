"""A student's key: twelve letters and digits that decide the numbers in their exercises.

The alphabet has 31 signs, a prime, and the sum of all signs, each times its place from the end,
is divisible by 31. So a key with one wrong sign, or with two that changed places, is no key.
"""

import hmac
import os
from pathlib import Path

from vegrad_course.checking.store import folder
from vegrad_course.errors import Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0, 1, I, L and O, which look alike
LENGTH = 12


def key_of(secret: bytes, student: str) -> str:
    """The key of a student, from HMAC-SHA256 of their id under the course's secret."""
    digest = hmac.digest(secret, student.encode("utf-8", "surrogatepass"), "sha256")
    number = int.from_bytes(digest)
    body = "".join(ALPHABET[number // 31**place % 31] for place in range(LENGTH - 1))
    key = body + ALPHABET[-_sum(f"{body}{ALPHABET[0]}") % 31]
    return "-".join(key[i : i + 4] for i in range(0, LENGTH, 4))


def parsed(text: str) -> str:
    """The key as it was given out. Small letters, blanks and other dashes do no harm."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        came = f"{text[:40]!r}"
        raise Refusal(f"A key looks like K7Q2-M9XD-3FRT: got {came}. Copy yours as it was given.")
    if _sum(signs) % 31:
        raise Refusal(f"The key {text[:40]!r} is mistyped. Compare it with the one you were given.")
    return "-".join(signs[i : i + 4] for i in range(0, LENGTH, 4))


def own() -> str:
    """The key that is kept on this computer. Empty where there is none: variants are off."""
    if not os.path.lexists(_place()):
        return ""
    try:
        return parsed(_place().read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal(
            f"Your key in {_place()} cannot be read ({error}). Enter it again: "
            "`vegrad variants --key KEY`."
        ) from None


def keep(key: str) -> None:
    """Keep a key beside the progress; an empty one takes it away."""
    try:
        if not key:
            _place().unlink(missing_ok=True)
            return
        folder().mkdir(parents=True, exist_ok=True)
        _place().write_text(f"{key}\n", encoding="utf-8")
    except OSError as error:
        raise Refusal(f"Cannot write {_place()}: {error.strerror}. Make it writable.") from None


def _sum(signs: str) -> int:
    return sum(place * ALPHABET.index(s) for place, s in enumerate(reversed(signs), 1))


def _place() -> Path:
    return folder() / "key.txt"
