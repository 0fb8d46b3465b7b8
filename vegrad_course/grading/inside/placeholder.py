"""In the place of the course's package: names that can be imported, and are of no use.

An answer must stand alone. The package holds the right answers, so in grading it is not there.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGE = "vegrad_course"
RULE = (
    "`{name}` is the course's own code, and an answer must be yours alone: in grading it is not "
    "there. Write out what you need of it in your own cells."
)


class OutOfReach(RuntimeError):
    """An answer used the course's package."""


class Placeholder:
    """Stands for anything of the package. While cells run, calls are let by and do nothing."""

    answering = False

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Placeholder(f"{self._name}.{name}")

    def __call__(self, *_: Any, **__: Any) -> Any:
        if Placeholder.answering:
            raise OutOfReach(RULE.format(name=self._name))
        return Placeholder(self._name)


class Finder(MetaPathFinder, Loader):
    """Imports of the package and of its parts end here."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name.split(".")[0] != PACKAGE:
            return None
        return ModuleSpec(name, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        def of_module(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return Placeholder(name)

        module.__getattr__ = of_module  # type: ignore[method-assign]


def install() -> None:
    sys.meta_path.insert(0, Finder())
