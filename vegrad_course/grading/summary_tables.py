"""A summary for a terminal, as JSON, and as a table of students for a spreadsheet."""

import csv
import io
from dataclasses import asdict
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vegrad_course.grading.safe_text import defused, printable
from vegrad_course.grading.summary import Summary

BAR = 24  # characters of the longest bar
MOST = 12  # rows of a table in the terminal; the page and the CSV have them all


def as_text(summary: Summary) -> Group:
    """Tables for a terminal. What students wrote is set as plain text, without markup."""
    parts: list[Any] = [Text(headline(summary), style="bold"), _kinds(summary)]
    parts += [_histogram(summary), _exercises(summary)]
    if summary.mistakes:
        parts.append(_mistakes(summary))
    parts.append(_look(summary) if summary.to_look_at else Text("Nobody needs a look."))
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts))


def headline(summary: Summary) -> str:
    least, low, median, high, most = (f"{points:g}" for points in summary.quartiles)
    return (
        f"{summary.lesson}: {summary.number} graded, of {summary.points:g} points: "
        f"median {median}, half between {low} and {high}, least {least}, most {most}, "
        f"mean {summary.mean:.2f}."
    )


def steps(summary: Summary) -> list[str]:
    """The names of the histogram's steps: "0-10%" to "90-100%"."""
    width = 100 // len(summary.histogram)
    return [f"{i * width}\N{EN DASH}{(i + 1) * width}%" for i in range(len(summary.histogram))]


def _histogram(summary: Summary) -> Table:
    table = _table("Share of the points", "Students", "", right=(1,))
    longest = max(summary.histogram) or 1
    for name, count in zip(steps(summary), summary.histogram, strict=True):
        table.add_row(name, str(count), "\N{FULL BLOCK}" * round(BAR * count / longest))
    return table


def _exercises(summary: Summary) -> Table:
    table = _table("Exercise, hardest first", "Points", "Mean", "Passed", right=(1, 2, 3))
    for line in summary.exercises:
        shares = (f"{line.mean_share:.0%}", f"{line.passed_share:.0%}")
        table.add_row(line.name, f"{line.points:g}", *shares)
    return table


def _mistakes(summary: Summary) -> Table:
    table = _table("Commonest mistakes", "Exercise", "What they were told", right=(0,))
    for mistake in summary.mistakes[:MOST]:
        table.add_row(f"{mistake.count}", mistake.exercise, Text(printable(mistake.message)))
    return table


def _kinds(summary: Summary) -> Text:
    told = ", ".join(f"{count} {kind}" for kind, count in summary.kinds.items())
    return Text(f"Verdicts: {printable(told)}.")


def _look(summary: Summary) -> Table:
    table = _table("Look at", "Points", "Why", right=(1,))
    for line in summary.to_look_at[:MOST]:
        why = Text(printable("; ".join(line.look)))
        table.add_row(Text(printable(line.student)), f"{line.score:g}", why)
    if len(summary.to_look_at) > MOST:
        table.add_row(f"and {len(summary.to_look_at) - MOST} more", "", "see --html or --csv")
    return table


def _table(*columns: str, right: tuple[int, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place in right else "left")
    return table


def as_json(summary: Summary) -> dict[str, Any]:
    """Plain data: everything that the summary holds, and who needs a look."""
    return {**asdict(summary), "to_look_at": [line.student for line in summary.to_look_at]}


def as_csv(summary: Summary) -> str:
    """One row per student, one column per exercise. Text that could be a formula is defused."""
    names = sorted(line.name for line in summary.exercises)
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(["student", "score", "points", *names, "protection", "look"])
    for line in summary.students:
        scores = [line.scores.get(name, "") for name in names]
        look = defused("; ".join(line.look))
        who, how = defused(line.student), defused(line.protection)
        writer.writerow([who, line.score, summary.points, *scores, how, look])
    return sheet.getvalue()
