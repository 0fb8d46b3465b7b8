"""What an exercise is: data, plus three small functions.

`cases(rng)` makes inputs, `collect(answer, case)` asks the answer for its outputs, and
`judge(case, outputs)` compares them with an independent oracle. Only `collect` needs the
student's process. Everything else about an exercise is derived from these.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """One question put to an answer. `expect` is the property that a right answer has."""

    name: str
    inputs: Mapping[str, Any]
    expect: str

    def __getitem__(self, key: str) -> Any:
        return self.inputs[key]


@dataclass(frozen=True)
class Fault:
    """The answer did not get as far as a value. `kind` names how it failed."""

    kind: str
    message: str


@dataclass(frozen=True)
class Outputs:
    """What came back for one case: named plain arrays, the warnings, or a fault."""

    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    fault: Fault | None = None

    def __getitem__(self, key: str) -> np.ndarray:
        return self.arrays[key]


@dataclass(frozen=True)
class Verdict:
    """The judge's word on one case. `problem` quotes the student's own numbers."""

    passed: bool
    kind: str = "passed"
    problem: str = ""


PASSED = Verdict(True)


def failed(kind: str, problem: str) -> Verdict:
    return Verdict(False, kind, problem)


@dataclass(frozen=True)
class Misconception:
    """A well-known mistake: a wrong answer that makes it, and the message it deserves.

    `wrong` is a function with the signature of the answer, or a value where the answer is one.
    An answer within `rtol` of what `wrong` gives is taken for the same mistake.
    """

    wrong: Any
    message: str
    name: str = ""
    rtol: float = 1e-4

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", _name_of(self.wrong))


@dataclass(frozen=True)
class Exercise:
    """One graded question. `name` and `lesson` are filled in from where the file stands.

    `equivalent` explains mutants of the reference answer that cannot be told from it. The last four
    are filled in for an exercise whose numbers may differ between students: see `variants`.
    """

    points: float
    cases: Callable[[np.random.Generator], Iterable[Case]]
    judge: Callable[[Case, Outputs], Verdict]
    hints: tuple[str, str, str]
    misconceptions: tuple[Misconception, ...]
    collect: Callable[[Any, Case], Any] | None = None
    alternatives: tuple[Any, ...] = ()
    equivalent: Mapping[str, str] = field(default_factory=dict)
    may_return_input: bool = False
    seconds: float = 10.0
    name: str = ""
    lesson: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    make: Callable[..., "Exercise"] | None = None
    others: tuple["Exercise", ...] = ()


def _name_of(wrong: Any) -> str:
    return getattr(wrong, "__name__", None) or str(wrong).replace("\n", " ")
