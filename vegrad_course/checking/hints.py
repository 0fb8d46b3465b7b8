"""hint(name): one more hint each time."""

from collections.abc import Callable

from vegrad_course.checking import store
from vegrad_course.checking.card import block, card, note_block
from vegrad_course.errors import Refusal
from vegrad_course.exercises import registry


class Hints:
    """The hints that are open so far."""

    def __init__(self, name: str, shown: tuple[str, ...], total: int, note: str) -> None:
        self.name, self.shown, self.total, self.note = name, shown, total, note

    @property
    def headline(self) -> str:
        return f"{self.name}: hint {len(self.shown)} of {self.total}"

    def __repr__(self) -> str:
        lines = [f"  {i}. {text}" for i, text in enumerate(self.shown, 1)]
        return "\n".join([self.headline, *lines, *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        body = "".join(block(str(i), text) for i, text in enumerate(self.shown, 1))
        return card(self.headline, body + note_block(self.note), "plain")


def hint(name: str | Callable | None = None) -> Hints:
    """Open one more hint of an exercise: `hint("sigmoid_grad")`. There are three."""
    name = getattr(name, "__name__", name)
    if not isinstance(name, str):
        came = "nothing" if name is None else repr(name)[:80]
        raise Refusal(
            f"hint takes the name of an exercise: it got {came}. "
            'Write the name in quotation marks, such as hint("sigmoid_grad").'
        )
    exercise = registry.find(name)
    opened, note = store.open_hint(exercise)
    last = opened >= len(exercise.hints)
    more = "That was the last hint." if last else f'For the next one: hint("{name}") again.'
    shown = tuple(" ".join(text.split()) for text in exercise.hints[:opened])
    return Hints(name, shown, len(exercise.hints), note or more)
