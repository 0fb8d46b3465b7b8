"""vegrad experiment: measure a paper's result on this machine."""

import math
from typing import Any

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.errors import Refusal
from vegrad_course.experiments.model import Result


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Run every experiment.")
@click.option("--quick", is_flag=True, help="Small runs, to see that they work.")
@click.option("--seed", "seeds", type=int, multiple=True, help="Seeds in place of the usual ones.")
@as_json
def command(
    names: tuple[str, ...], every: bool, quick: bool, seeds: tuple[int, ...], as_json: bool
) -> None:
    """Run experiments; without a name, list them."""
    from vegrad_course import experiments

    if names and every:
        raise Refusal("name experiments or say --all: got both. Leave one out.")
    if not names and not every:
        return _list()
    chosen = [experiments.find(name) for name in (names or experiments.names())]
    results = (experiment.run(seeds=seeds, quick=quick) for experiment in chosen)
    if as_json:
        return print_json([as_data(result) for result in results])
    for result in results:
        click.echo(as_text(result))


def _list() -> None:
    from vegrad_course import experiments

    for name in experiments.names():
        experiment = experiments.find(name)
        click.echo(f"{name:<26} {experiment.title}")


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


def _plain(number: float) -> float | None:
    return number if math.isfinite(number) else None
