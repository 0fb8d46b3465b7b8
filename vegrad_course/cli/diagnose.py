"""vegrad diagnose: name the illness in a training log."""

from dataclasses import asdict
from pathlib import Path

import click

from vegrad_course.cli.options import as_json, print_json


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with the figures here.")
@as_json
def command(log: Path, html: Path | None, as_json: bool) -> None:
    """Name the illness in a training LOG, written by `monitor.save(...)`."""
    from vegrad_course.diagnosis import diagnose
    from vegrad_course.monitor import load

    run = load(log)
    diagnosis = diagnose(run)
    if html is not None:
        from vegrad_course.diagnosis.report import as_html, page
        from vegrad_course.monitor.pictures import picture

        drawn = picture(run)._repr_mimebundle_()["text/html"]
        html.write_text(page(f"Diagnosis of {log.name}", as_html(diagnosis) + drawn), "utf-8")
    if as_json:
        print_json(asdict(diagnosis))
    else:
        click.echo(str(diagnosis) + (f"\nThe page is {html}." if html else ""))
