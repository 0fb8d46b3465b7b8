"""Pairs of similar answers side by side, in a terminal and as a page. Students' text stays text."""

from collections.abc import Iterable
from dataclasses import asdict
from html import escape
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from vegrad_course.grading.page import page
from vegrad_course.grading.safe_text import printable
from vegrad_course.grading.similar import Match, Pair

MOST = 10
HINT = (
    "This is a hint, and no verdict: two people may think alike, work together as they may, or "
    "have the same source. Read both, and ask."
)


def as_text(pairs: list[Pair]) -> Group:
    """The most alike, side by side; the page and the JSON have them all."""
    parts: list[Any] = []
    for pair in pairs[:MOST]:
        parts += [
            Text(headline(pair), style="bold"),
            *(_side_by_side(pair, m) for m in pair.matches),
        ]
    if len(pairs) > MOST:
        parts.append(Text(f"And {len(pairs) - MOST} more pairs: see --html."))
    return Group(*parts, Text(HINT, style="dim"))


def headline(pair: Pair) -> str:
    one, two = map(printable, pair.students)
    return f"{one} and {two}: {pair.share:.0%} of their own code is alike"


def _side_by_side(pair: Pair, match: Match) -> Table:
    table = Table(title=_title(match), title_justify="left", expand=True)
    for student in pair.students:
        table.add_column(Text(printable(student)), ratio=1, overflow="fold")
    table.add_row(*(Text(printable(text.expandtabs(4))) for text in match.texts))
    return table


def _title(match: Match) -> str:
    return f"{match.exercise}, {match.share:.0%}"


def as_json(pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    return [asdict(pair) for pair in pairs]


def as_page(lesson: str, pairs: list[Pair]) -> str:
    """One page that needs nothing else. Every name and text in it is escaped."""
    found = f"Pairs found: {len(pairs)}."
    said = f'<p class="muted">{found} {HINT}</p>'
    return page(f"Similar answers in {lesson}", said + "".join(map(_section, pairs)))


def _section(pair: Pair) -> str:
    parts = [f"<h2>{escape(headline(pair))}</h2>"]
    for match in pair.matches:
        both = zip(pair.students, match.texts, strict=True)
        shown = "".join(_piece(student, text) for student, text in both)
        parts.append(f'<h3>{escape(_title(match))}</h3><div class="columns">{shown}</div>')
    return "".join(parts)


def _piece(student: str, text: str) -> str:
    name, code = escape(printable(student)), escape(printable(text))
    return f"<figure><figcaption>{name}</figcaption><pre>{code}</pre></figure>"
