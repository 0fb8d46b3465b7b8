"""Every module here is one figure: it defines FIGURE. `model` holds the words to describe them."""

import importlib
import pkgutil

from vegrad_course.errors import Refusal, nearest
from vegrad_course.scenes.model import Figure


def names() -> list[str]:
    """The names of all figures."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)


def figure(name: str) -> Figure:
    """The description of the figure with this name."""
    if name not in names():
        raise Refusal(
            f"a figure must be one of the course's: got {name!r}. {nearest(name, names())}"
        )
    found: Figure = importlib.import_module(f"{__name__}.{name}").FIGURE
    return found
