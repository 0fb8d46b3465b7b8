"""A result as data, for a terminal, and as a section of docs/experiments.md."""

import math
from collections.abc import Sequence
from typing import Any

from vegrad_course.experiments.model import Result, Row


def as_data(result: Result) -> dict[str, Any]:
    """What `--json` prints for one experiment; a run that diverged is null."""
    return {
        "name": result.experiment.name,
        "title": result.experiment.title,
        "paper": result.experiment.paper,
        "claim": result.experiment.claim,
        "predicted": {row.label: row.predicted for row in result.rows},
        "measured": {row.label: _plain(row.median) for row in result.rows},
        "spread": {row.label: [_plain(end) for end in row.spread] for row in result.rows},
        "diverged": {row.label: row.diverged for row in result.rows},
        "seeds": list(result.seeds),
        "settings": dict(result.settings),
        "verdict": result.outcome,
        "why": result.why,
        "limits": result.experiment.limits,
    }


def as_text(result: Result) -> str:
    """The table of one experiment for a terminal."""
    experiment = result.experiment
    lines = [f"{experiment.name}: {experiment.title}", f"  {experiment.paper}"]
    for row in result.rows:
        predicted = "" if row.predicted is None else f"predicted {row.predicted:.4g}  "
        low, high = row.spread
        lost = f"  ({row.diverged} diverged)" if row.diverged else ""
        lines.append(
            f"    {row.label:<44} {predicted}measured {row.median:.4g}"
            f" ({low:.4g} to {high:.4g}){lost}"
        )
    return "\n".join([*lines, f"  {result.outcome}: {result.why}", ""])


INTRODUCTION = """# Experiments

Results of papers, measured again on two processor cores with small networks. Each table gives
what was predicted, the median over the seeds, and the smallest and largest of them. The verdict
follows from the numbers. `vegrad experiment NAME` runs one of them, `make experiments` writes
this page.

| experiment | paper | verdict |
|:--|:--|:--|
"""


def as_markdown(results: Sequence[Result]) -> str:
    """The page: an overview, and a section for each experiment."""
    rows = [
        f"| [{r.experiment.name}](#{r.experiment.name}) | {r.experiment.paper} | {r.outcome} |"
        for r in results
    ]
    return "\n".join([INTRODUCTION + "\n".join(rows), *map(_section, results)])


def _section(result: Result) -> str:
    experiment = result.experiment
    lines = [
        f"\n## {experiment.name}\n",
        f"**{experiment.title}.** {experiment.claim}\n",
        f"*{experiment.paper}*\n",
        "| | predicted | measured | spread |",
        "|:--|--:|--:|--:|",
        *map(_row, result.rows),
        f"\n**Verdict: {result.outcome}.** {result.why}\n",
        f"Limits: {experiment.limits}\n",
        f"Seeds {', '.join(map(str, result.seeds))}; "
        + ", ".join(f"{name} {value}" for name, value in result.settings.items()),
    ]
    return "\n".join(lines)


def _row(row: Row) -> str:
    low, high = row.spread
    predicted = "" if row.predicted is None else f"{row.predicted:.4g}"
    lost = f", {row.diverged} diverged" if row.diverged else ""
    return f"| {row.label} | {predicted} | {row.median:.4g} | {low:.4g} to {high:.4g}{lost} |"


def _plain(number: float) -> float | None:
    return number if math.isfinite(number) else None
