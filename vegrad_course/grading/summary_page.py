"""A summary as one HTML page that needs nothing else: plots, tables, light and dark, phone and desk."""

import io
import re
from collections.abc import Iterable
from html import escape

from matplotlib import rc_context
from matplotlib.figure import Figure

from vegrad_course.checking.card import rich
from vegrad_course.grading.summary import ExerciseLine, Summary
from vegrad_course.grading.summary_tables import headline, steps
from vegrad_course.plots import axes, style
from vegrad_course.scenes.model.palette import DARK, LIGHT

COMMONEST = 10
NUMBER = ' class="n"'
WIDTH = 4.6  # inches: the letters stay readable at phone width
CSS = """
:root{color-scheme:light dark;%s}
@media (prefers-color-scheme:dark){:root{%s}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:66rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);
 font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .4rem}
h2{font-size:1.15rem;margin:2.2rem 0 .5rem}
p{margin:.4rem 0;max-width:46rem} .muted{color:var(--muted)}
.plots{display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%%,26rem),1fr))}
figure{margin:0;max-width:34rem} svg{width:100%%;height:auto;display:block}
table{border-collapse:collapse;width:100%%;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600} td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td{overflow-wrap:anywhere} td.n,th.n,code{overflow-wrap:break-word} th.n{width:4.5rem} code{font-size:.92em}
details{margin-top:.6rem} summary{cursor:pointer;color:var(--muted)}
"""


def as_page(summary: Summary) -> str:
    """The page. Every name and every text in it is escaped."""
    title = f"How {summary.lesson} went"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{CSS % (_colors(LIGHT), _colors(DARK))}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(headline(summary))}</p>"
        f'<p class="muted">{escape(_verdicts(summary))}</p>'
        f'<div class="plots">{_histogram(summary)}{_exercises(summary)}</div>'
        f"{_look(summary)}{_hardest(summary)}{_mistakes(summary)}</body></html>"
    )


def _colors(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in palette.items())


def _verdicts(summary: Summary) -> str:
    return "Verdicts: " + ", ".join(f"{n} {kind}" for kind, n in summary.kinds.items()) + "."


def _histogram(summary: Summary) -> str:
    sheet, ax = axes("Students by their share of the points", "share of the points", "students")
    names, counts = steps(summary), summary.histogram
    ax.bar(range(len(counts)), counts, width=0.86, color=LIGHT["blue"])
    ax.set_xticks([-0.5, 4.5, 9.5], ["0%", "50%", "100%"])
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="x", visible=False)
    told = ", ".join(f"{n} at {name}" for name, n in zip(names, counts, strict=True) if n)
    return _figure(sheet, ax, 3.0, f"Histogram of students by share of the points: {told}.")


def _exercises(summary: Summary) -> str:
    lines = summary.exercises
    sheet, ax = axes("Hardest exercises first", "share of the points", "")
    places = range(len(lines))
    ax.barh(places, [e.mean_share for e in lines], color=LIGHT["blue"], label="mean score")
    ax.plot([e.passed_share for e in lines], places, "D", color=LIGHT["vermillion"], label="all right")
    ax.set_yticks(places, [e.name for e in lines])
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlim(0, 1.03)
    ax.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.grid(axis="y", visible=False)
    sheet.legend(loc="outside lower center", ncols=2, frameon=False, labelcolor=LIGHT["muted"])
    told = "; ".join(f"{e.name}: mean {_percent(e)}" for e in lines)
    return _figure(sheet, ax, 0.3 * len(lines) + 1.4, f"Exercises, the hardest first. {told}.")


def _percent(line: ExerciseLine) -> str:
    return f"{line.mean_share:.0%}, passed by {line.passed_share:.0%}"


def _figure(sheet: Figure, ax: object, height: float, alt: str) -> str:
    """The figure as SVG whose colours are the page's own, so that they follow light and dark."""
    drawn = io.StringIO()
    sheet.set_size_inches(WIDTH, height)
    with style(), rc_context({"svg.fonttype": "none", "svg.hashsalt": alt}):
        sheet.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
    for name, color in LIGHT.items():
        svg = svg.replace(color, f"var(--{name})")
    return f"<figure>{re.sub(r'<metadata>.*?</metadata>', '', svg, flags=re.DOTALL)}</figure>"


def _mistakes(summary: Summary) -> str:
    rows = [(f"{m.count}", f"<code>{escape(m.exercise)}</code>: {rich(m.message)}")
            for m in summary.mistakes]  # fmt: skip
    if not rows:
        return ""
    first, rest = rows[:COMMONEST], rows[COMMONEST:]
    shown = "<h2>Commonest mistakes</h2>" + _table(("Made by", "Exercise, and what was told"), first)
    more = _table(("Made by", "Exercise, and what was told"), rest)
    return shown + (f"<details><summary>{len(rest)} more</summary>{more}</details>" if rest else "")


def _look(summary: Summary) -> str:
    if not summary.to_look_at:
        return "<h2>Who needs a look</h2><p>Nobody.</p>"
    rows = ((f"{line.score:g}", escape(line.student), escape("; ".join(line.look)))
            for line in summary.to_look_at)  # fmt: skip
    return "<h2>Who needs a look</h2>" + _table(("Points", "Student", "Why"), rows)


def _hardest(summary: Summary) -> str:
    rows = ((f"{e.mean_share:.0%}", f"<code>{escape(e.name)}</code>",
             f"points {e.points:g}, {e.answers} answers, all right {e.passed_share:.0%}")
            for e in summary.exercises)  # fmt: skip
    return "<h2>Exercises, hardest first</h2>" + _table(("Mean", "Exercise", ""), rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table of cells that are HTML already; the first column holds numbers."""

    def line(tag: str, row: tuple[str, ...]) -> str:
        inner = "".join(f'<{tag}{"" if i else NUMBER}>{cell}</{tag}>' for i, cell in enumerate(row))
        return f"<tr>{inner}</tr>"

    body = "".join(line("td", row) for row in rows)
    return f"<table><thead>{line('th', heads)}</thead><tbody>{body}</tbody></table>"
