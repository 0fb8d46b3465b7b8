"""Does an answer use the course's own code? In grading that code is out of reach.

Only what the answer's code names counts: a notebook may hold any import, and measure with it.
Functions and classes of the same notebook are followed; library code is not.
"""

import dis
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

PACKAGE = "vegrad_course"
CATALOGUE = f"{PACKAGE}.exercises"  # known mistakes and unusual right answers are put to checks too
RULE = (  # in the grader's own words
    "`{name}` is the course's own code, and an answer must be yours alone: in grading it is not "
    "there. Write out what you need of it in your own cells."
)
READS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")


def borrowed(answer: Any) -> str | None:
    """The rule, with the first name of the course's code that `answer` uses, or None."""
    home = getattr(answer, "__module__", None)
    if _within(CATALOGUE, home):
        return None
    homes, seen = {"__main__", home}, set[int]()
    waiting = [(getattr(answer, "__name__", ""), answer)]
    while waiting:
        name, item = waiting.pop(0)
        if _of_the_course(item):
            return RULE.format(name=name)
        if id(item) not in seen:
            seen.add(id(item))
            waiting += [(n, i) for n, i in _used(item) if _of_the_course(i) or _own(i, homes)]
    return None


def _of_the_course(item: Any) -> bool:
    if isinstance(item, ModuleType):
        return _within(PACKAGE, item.__name__)
    return isinstance(item, FunctionType | type) and _within(PACKAGE, item.__module__)


def _own(item: Any, homes: set[str | None]) -> bool:
    """Code of the learner, or a wrapper that may hold some."""
    if isinstance(item, FunctionType | type):
        return item.__module__ in homes
    return any(True for _ in _inside(item))


def _used(item: Any) -> Iterator[tuple[str, Any]]:
    """What a function, a class or a wrapper uses, each by the name that the code has for it."""
    if isinstance(item, FunctionType):
        yield from _of_code(item.__code__, item.__globals__)
        yield from _kept(item)
    elif isinstance(item, type):
        yield from vars(item).items()
    yield from ((getattr(inner, "__name__", ""), inner) for inner in _inside(item))


def _inside(item: Any) -> Iterator[Any]:
    """The functions that a wrapper is around."""
    if isinstance(item, partial):
        yield item.func
    elif isinstance(item, MethodType | staticmethod | classmethod):
        yield item.__func__
    elif isinstance(item, property):
        yield item.fget
    elif inner := getattr(item, "__dict__", {}).get("__wrapped__"):
        yield inner


def _kept(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """What a function holds besides its code: closures and defaults."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    yield from ((getattr(item, "__name__", ""), item) for item in defaults)


def _of_code(code: CodeType, names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The globals and imports that the instructions read, as `module.part` where one follows."""
    if any(_could_matter(name, names) for name in code.co_names):
        steps = list(dis.get_instructions(code))
        for step, after in pairwise(steps):
            if step.opname in READS and step.argval in names:
                item, part = names[step.argval], after.opname in ATTRIBUTES
                more = f".{after.argval}" if part and isinstance(item, ModuleType) else ""
                yield f"{step.argval}{more}", item
            elif step.opname == "IMPORT_NAME" and _within(PACKAGE, step.argval):
                name = after.argval if after.opname == "IMPORT_FROM" else step.argval
                yield name, ModuleType(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, names)


def _could_matter(name: str, names: dict[str, Any]) -> bool:
    """Reading instructions takes time: most names are numpy's, or no global at all."""
    item = names.get(name)
    other = isinstance(item, ModuleType) and not _of_the_course(item)
    return _within(PACKAGE, name) or not (other or item is None)


def _within(package: str, name: Any) -> bool:
    return isinstance(name, str) and f"{name}.".startswith(f"{package}.")
