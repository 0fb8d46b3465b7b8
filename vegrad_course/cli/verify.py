"""vegrad verify: the proof of the graders, as a table."""

from typing import Any

import click

from vegrad_course.cli.options import as_json, chosen, lesson_arguments, print_json


@click.command()
@lesson_arguments
@as_json
@click.option("--skip-notebooks", is_flag=True, help="Do not run the notebooks (quicker).")
def command(lessons: tuple[str, ...], as_json: bool, skip_notebooks: bool) -> int:
    """Prove the graders of each LESSON (of all, when none is named). Exits with 1 on any miss."""
    from vegrad_course.authoring.course import here
    from vegrad_course.proof.verify import verify_lesson, verify_notebooks

    course, which = here(), chosen(lessons)
    proofs = [proof for lesson in which for proof in verify_lesson(course, lesson)]
    failures = [f"{proof.exercise}: {text}" for proof in proofs for text in proof.failures]
    if not skip_notebooks:
        failures += [text for lesson in which for text in verify_notebooks(course, lesson)]
    print_json(_summary(proofs, failures)) if as_json else _print_table(proofs, failures)
    return 1 if failures else 0


def _summary(proofs: list, failures: list[str]) -> dict[str, Any]:
    total, killed = sum(p.mutants for p in proofs), sum(p.killed for p in proofs)
    equivalent = sum(len(p.equivalent) for p in proofs)
    return {
        "exercises": len(proofs),
        "misconceptions": sum(p.misconceptions for p in proofs),
        "alternatives": sum(p.alternatives for p in proofs),
        "mutants": {
            "total": total,
            "killed": killed,
            "equivalent": equivalent,
            "kill_rate": killed / max(total - equivalent, 1),
        },
        "failures": failures,
        "table": [vars(p) for p in proofs],
    }


def _print_table(proofs: list, failures: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    console, summary = Console(), _summary(proofs, failures)
    columns = ("lesson", "exercise", "misconceptions", "alternatives", "mutants", "killed")
    table = Table(*columns, "equivalent", "result")
    for p in proofs:
        numbers = (p.misconceptions, p.alternatives, p.mutants, p.killed, len(p.equivalent))
        table.add_row(p.lesson, p.exercise, *map(str, numbers), "miss" if p.failures else "ok")
    console.print(table)
    for p in proofs:
        for name, why in p.equivalent.items():
            console.print(f"equivalent: {p.exercise}: {name}: {why}", markup=False)
    for failure in failures:
        console.print(f"MISS {failure}", style="bold red", markup=False)
    rate = summary["mutants"]["kill_rate"]
    console.print(
        f"{summary['exercises']} exercises, {summary['misconceptions']} misconceptions, "
        f"{rate:.1%} of non-equivalent mutants killed, {len(failures)} misses"
    )
