"""The one error that people see: a single line that says what is wrong and what to do."""

from collections.abc import Sequence


class Refusal(ValueError):
    """Bad input from a person. The command line prints it as one line and exits with code 2."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback (a hook of IPython)."""
        return [str(self)]


def nearest(name: str, known: Sequence[str], otherwise: str | None = None) -> str:
    """A sentence for someone who mistyped a name: the closest match, or `otherwise`, or all."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(known)}." if otherwise is None else otherwise
