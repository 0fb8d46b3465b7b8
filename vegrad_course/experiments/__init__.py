"""Results of papers, measured here. Every module with an `experiment` is one of them."""

import importlib
import pkgutil

from vegrad_course.errors import Refusal, nearest
from vegrad_course.experiments.model import Experiment


def names() -> list[str]:
    """The names of all experiments, in the order of the alphabet."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name != "model" and not name.startswith("_"))


def find(name: str) -> Experiment:
    """The experiment with this name."""
    if name not in names():
        known = nearest(name, names())
        raise Refusal(f"an experiment must be one of the course's: got {name!r}. {known}")
    found: Experiment = importlib.import_module(f"{__name__}.{name}").experiment
    return found.named(name)
