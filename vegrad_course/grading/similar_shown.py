"""Pairs of similar answers side by side, in a terminal and as a page. Students' text stays text."""

from collections.abc import Iterable
from dataclasses import asdict
from html import escape
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from vegrad_course.grading.safe_text import printable
from vegrad_course.grading.similar import Match, Pair
from vegrad_course.scenes.model.palette import DARK, LIGHT

MOST = 10
HINT = (
    "This is a hint, and no verdict: two people may think alike, work together as they may, or have "
    "the same source. Read both, and ask."
)
CSS = """
:root{color-scheme:light dark;--ink:%(ink)s;--paper:%(paper)s;--line:%(line)s;--muted:%(muted)s}
@media (prefers-color-scheme:dark){:root{--ink:%(ink_)s;--paper:%(paper_)s;--line:%(line_)s;
 --muted:%(muted_)s}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);
 font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.2;margin:0} h2{font-size:1.15rem;margin:2.4rem 0 .3rem}
h3{font-size:1rem;margin:1.2rem 0 .3rem} p{max-width:46rem;color:var(--muted)}
.two{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%%,24rem),1fr))}
figure{margin:0;min-width:0} figcaption{color:var(--muted);font-size:.9rem;overflow-wrap:anywhere}
pre{margin:0;padding:.7rem;border:1px solid var(--line);border-radius:4px;overflow-x:auto;
 font-size:.85rem;line-height:1.4}
"""


def as_text(pairs: list[Pair]) -> Group:
    """The most alike, side by side; the page and the JSON have them all."""
    parts: list[Any] = []
    for pair in pairs[:MOST]:
        parts += [Text(headline(pair), style="bold"), *(_side_by_side(pair, m) for m in pair.matches)]
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
    title = f"Similar answers in {lesson}"
    found = f"{len(pairs)} pairs. " if pairs else "None were found. "
    dark = {f"{name}_": color for name, color in DARK.items()}
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{CSS % {**LIGHT, **dark}}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{found}{HINT}</p>{''.join(map(_section, pairs))}</body></html>"
    )


def _section(pair: Pair) -> str:
    parts = [f"<h2>{escape(headline(pair))}</h2>"]
    for match in pair.matches:
        both = zip(pair.students, match.texts, strict=True)
        shown = "".join(_piece(student, text) for student, text in both)
        parts.append(f'<h3>{escape(_title(match))}</h3><div class="two">{shown}</div>')
    return "".join(parts)


def _piece(student: str, text: str) -> str:
    name, code = escape(printable(student)), escape(printable(text))
    return f"<figure><figcaption>{name}</figcaption><pre>{code}</pre></figure>"
