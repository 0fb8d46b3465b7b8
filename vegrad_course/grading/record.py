"""What grading one submission gives, as plain data that crosses processes as bytes."""

from dataclasses import dataclass, field
from hashlib import sha256

import msgpack


@dataclass(frozen=True)
class Submission:
    """What came in: the notebook's bytes as they were found, or the reason why there are none.

    `problem` is set where no bytes can be read (a folder in the file's place, a link, too large).
    `timestamp` is nbgrader's, as text, or empty. `notes` are sentences on how the file was found.
    """

    student: str
    lesson: str
    data: bytes = b""
    timestamp: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Two submissions are the same when their digests are."""
        parts = (self.student, self.lesson, self.timestamp, self.problem)
        return sha256("\0".join(parts).encode() + b"\0" + self.data).hexdigest()


@dataclass(frozen=True)
class ExerciseVerdict:
    """The judge's word on one exercise. `kind` is "passed", "partial", or the name of the failure.

    `text` is the feedback that the student reads: plain sentences, with `backticks` for code.
    """

    name: str
    score: float
    points: float
    kind: str
    text: str = ""
    misconception: str = ""


@dataclass(frozen=True)
class Problem:
    """Something odd about the notebook as a whole, or about one of its cells."""

    kind: str
    text: str


@dataclass(frozen=True)
class Graded:
    """A graded submission: verdicts, what was odd, the notebook to file, the answers to keep.

    `untouched` names the answers in words that are as they were handed out: no one need mark them.
    `notebook` is the text of the autograded .ipynb. `answers` holds what came out of the sandbox,
    in the answer format, so that it can be judged again. `protection` is "sandbox" or "unsafe".
    """

    student: str
    lesson: str
    digest: str
    seed: int
    verdicts: tuple[ExerciseVerdict, ...]
    problems: tuple[Problem, ...] = ()
    notebook: str = ""
    answers: bytes = b""
    protection: str = "sandbox"
    seconds: float = field(default=0.0, compare=False)
    untouched: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        return round(sum(verdict.score for verdict in self.verdicts), 2)


def to_bytes(graded: Graded) -> bytes:
    """A record as bytes. `from_bytes` gives an equal one."""
    plain = {**vars(graded), "verdicts": [vars(v) for v in graded.verdicts]}
    plain["problems"] = [vars(problem) for problem in graded.problems]
    return msgpack.packb(plain)


def from_bytes(data: bytes) -> Graded:
    plain = msgpack.unpackb(data)
    plain["verdicts"] = tuple(ExerciseVerdict(**verdict) for verdict in plain["verdicts"])
    plain["problems"] = tuple(Problem(**problem) for problem in plain["problems"])
    plain["untouched"] = tuple(plain.get("untouched", ()))
    return Graded(**plain)
