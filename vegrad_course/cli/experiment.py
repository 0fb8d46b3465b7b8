"""vegrad experiment: measure a paper's result on this machine."""

import click

from vegrad_course.cli.options import as_json, print_json
from vegrad_course.errors import Refusal


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Run every experiment.")
@click.option("--quick", is_flag=True, help="Small runs, to see that they work.")
@click.option("--seed", "seeds", type=int, multiple=True, help="Seeds in place of the usual ones.")
@click.option("--markdown", is_flag=True, help="Print a page, as docs/experiments.md is.")
@as_json
def command(
    names: tuple[str, ...],
    every: bool,
    quick: bool,
    seeds: tuple[int, ...],
    markdown: bool,
    as_json: bool,
) -> None:
    """Run experiments; without a name, list them."""
    from vegrad_course import experiments
    from vegrad_course.experiments._report import as_data, as_markdown, as_text

    if names and every:
        raise Refusal("name experiments or say --all: got both. Leave one out.")
    if not names and not every:
        return _list()
    chosen = [experiments.find(name) for name in (names or experiments.names())]
    results = (experiment.run(seeds=seeds, quick=quick) for experiment in chosen)
    if as_json:
        return print_json([as_data(result) for result in results])
    if markdown:
        return click.echo(as_markdown(list(results)))
    for result in results:
        click.echo(as_text(result))


def _list() -> None:
    from vegrad_course import experiments

    for name in experiments.names():
        experiment = experiments.find(name)
        click.echo(f"{name:<26} {experiment.title}")
