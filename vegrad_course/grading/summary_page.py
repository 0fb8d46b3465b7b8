"""A summary as one HTML page: plots and tables."""

import io
import re
from collections.abc import Iterable
from html import escape

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vegrad_course.checking.card import rich
from vegrad_course.grading.page import page
from vegrad_course.grading.summary import ExerciseLine, Summary
from vegrad_course.grading.summary_tables import headline, steps
from vegrad_course.plots import axes, style
from vegrad_course.scenes.model.palette import LIGHT

COMMONEST = 10
NUMBER = ' class="n"'
WIDTH = 4.6  # inches: the letters stay readable at phone width


def as_page(summary: Summary) -> str:
    """The page. Every name and every text in it is escaped."""
    said = f'<p>{escape(headline(summary))}</p><p class="muted">{escape(_verdicts(summary))}</p>'
    plots = f'<div class="columns">{_histogram(summary)}{_exercises(summary)}</div>'
    tables = f"{_look(summary)}{_hardest(summary)}{_mistakes(summary)}"
    return page(f"How {summary.lesson} went", said + plots + tables)


def _verdicts(summary: Summary) -> str:
    return "Verdicts: " + ", ".join(f"{n} {kind}" for kind, n in summary.kinds.items()) + "."


def _histogram(summary: Summary) -> str:
    sheet, ax = axes("Students by their share of the points", "share of the points", "students")
    names, counts = steps(summary), summary.histogram
    ax.bar(range(len(counts)), counts, width=0.86, color=LIGHT["blue"])
    ax.set_xticks([-0.5, 4.5, 9.5], ["0%", "50%", "100%"])
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(axis="x", visible=False)
    told = ", ".join(f"{n} at {name}" for name, n in zip(names, counts, strict=True) if n)
    return _figure(sheet, 3.0, f"Histogram of students by share of the points: {told}.")


def _exercises(summary: Summary) -> str:
    lines = summary.exercises
    sheet, ax = axes("Hardest exercises first", "share of the points", "")
    places = range(len(lines))
    ax.barh(places, [e.mean_share for e in lines], color=LIGHT["blue"], label="mean score")
    ax.plot(
        [e.passed_share for e in lines], places, "D", color=LIGHT["vermillion"], label="all right"
    )
    ax.set_yticks(places, [e.name for e in lines])
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlim(0, 1.03)
    ax.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.grid(axis="y", visible=False)
    sheet.legend(loc="outside lower center", ncols=2, frameon=False, labelcolor=LIGHT["muted"])
    told = "; ".join(f"{e.name}: mean {_percent(e)}" for e in lines)
    return _figure(sheet, 0.3 * len(lines) + 1.4, f"Exercises, the hardest first. {told}.")


def _percent(line: ExerciseLine) -> str:
    return f"{line.mean_share:.0%}, passed by {line.passed_share:.0%}"


def _figure(sheet: Figure, height: float, alt: str) -> str:
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
    shown = "<h2>Commonest mistakes</h2>" + _table(
        ("Made by", "Exercise, and what was told"), first
    )
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
        inner = "".join(f"<{tag}{'' if i else NUMBER}>{cell}</{tag}>" for i, cell in enumerate(row))
        return f"<tr>{inner}</tr>"

    body = "".join(line("td", row) for row in rows)
    return f"<table><thead>{line('th', heads)}</thead><tbody>{body}</tbody></table>"
