"""The one error that people see: a single line that says what is wrong and what to do."""

from collections.abc import Sequence


class Refusal(ValueError):
    """Bad input from a person. The command line prints it as one line and exits with code 2."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback (a hook of IPython)."""
        return [str(self)]


def nearest(name: str, known: Sequence[str]) -> str:
    """A sentence that helps someone who mistyped a name: the closest match, or all names."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}."
