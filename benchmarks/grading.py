"""How fast is `vegrad grade`, beside stock nbgrader and otter-grader, on the same submissions?

    python benchmarks/grading.py [--json] [--quick] [--stock N]

A synthetic class of lesson 04 (it imports torch and trains) goes through all three. Stock nbgrader
has no setting but where the course stands; otter runs one submission a process. Both run every
cell of a notebook, trainings included, without walls. `vegrad grade` runs what the answers need,
behind its walls, with two workers, and everything counts: start, walls, judging, gradebook.

Then many submissions of lesson 01 in one run, every part of it with the same mix of answers: is it
as fast at the end as at the beginning, and does its memory stay? And lesson 04 with one worker and
with two, from the first records on. Processor time stands beside time on the wall: read it when
the machine is busy. No time is asserted.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

import _grading_otter as otter
import nbformat
from _grading_classes import marks, new_class, same_class, submitted
from _grading_runs import Ran, environment, rate, records, run

from vegrad_course.authoring.course import Course
from vegrad_course.exercises.marking import SEED
from vegrad_course.lessons import find

WORKERS = 2
TRAINS, SMALL = find("04"), find("01")
FULL = {"students": 40, "stock": 40, "otter": 4, "mix": 100, "mixes": 10, "long": 4}
QUICK = {"students": 4, "stock": 4, "otter": 1, "mix": 12, "mixes": 5, "long": 4}
WARM_UP = 8  # records until every worker has its judge, and answers wait for none


def measure(folder: Path, size: dict[str, int]) -> dict[str, Any]:
    load = [round(value, 2) for value in os.getloadavg()]
    tell(f"load {load[0]}: {size}")
    course = new_class(folder / "vegrad", TRAINS, size["students"])
    stock = same_class(course, folder / "stock", size["stock"])
    ours, theirs = with_vegrad(course), with_nbgrader(stock)
    some = submitted(course, TRAINS)[: min(size["otter"], size["stock"])]
    beside = with_otter(folder / "otter", course, some, marks(stock))
    same = differing(marks(course), marks(stock))
    scaling = one_and_two(new_class(folder / "long", TRAINS, size["students"], size["long"]))
    own = own_seconds(course)
    many = in_one_run(new_class(folder / "many", SMALL, size["mix"], size["mixes"]), size["mix"])
    return {
        "ratio_vs_nbgrader": round(theirs["seconds_each"] / ours["seconds_each"], 1),
        "ratio_in_processor_time": round(theirs["processor_each"] / ours["processor_each"], 1),
        "same_marks": not same,
        "ratio_vs_otter": ratio(beside, ours),
        "overhead_seconds": round(scaling["one"]["seconds_each"] - own, 3),
        "own_seconds": round(own, 3),
        "cold_start_seconds": ours["cold_start_seconds"],
        "peak_mb": ours["peak_mb"],
        "rate_last_over_first": many["rate_last_over_first"],
        "scaling_1_to_2": round(scaling["two"]["per_minute"] / scaling["one"]["per_minute"], 2),
        "vegrad": ours,
        "nbgrader": theirs,
        "otter": beside,
        "scaling": scaling,
        "many": many,
        "differing_marks": same,
        "load": load,
    }


def grade(course: Path, number: str, workers: int = WORKERS) -> Ran:
    command = ["-m", "vegrad_course.cli", "grade", number, "--again", "--json", "--seed", str(SEED)]
    return run([sys.executable, *command, "--workers", str(workers)], course)


def with_vegrad(course: Path) -> dict[str, Any]:
    """The whole command, from its start to its end."""
    ran = grade(course, TRAINS.number)
    filed = records(course, TRAINS.id, ran.began)
    return whole(ran, len(filed)) | {
        "workers": WORKERS,
        "cold_start_seconds": round(filed[0] - ran.began, 2),
    }


def with_nbgrader(course: Path) -> dict[str, Any]:
    count = len(submitted(course, TRAINS))
    tell(f"stock nbgrader on {count} submissions")
    return whole(run([sys.executable, "-m", "nbgrader", "autograde", TRAINS.id], course), count)


def whole(ran: Ran, count: int) -> dict[str, Any]:
    return {
        "submissions": count,
        "seconds": round(ran.seconds, 2),
        "seconds_each": round(ran.seconds / count, 3),
        "per_minute": round(60 * count / ran.seconds, 1),
        "processor_each": round(ran.processor / count, 3),
        "peak_mb": round(ran.peak_mb),
    }


def with_otter(
    folder: Path, course: Path, some: list[Path], stock: dict[str, Any]
) -> dict[str, Any]:
    """A few submissions through `otter run`, beside the marks that nbgrader gave them."""
    tell(f"otter on {len(some)} submissions")
    release = nbformat.read(Course(course).student(TRAINS), as_version=4)
    try:
        command = otter.installed()
        autograder = otter.assignment(folder, command, release, TRAINS)
        done = [otter.graded(folder, command, autograder, path) for path in some]
    except otter.NotMeasured as why:
        return {"not_measured": str(why)}
    seconds = mean(seconds for seconds, _ in done)
    equal = [
        scores == stock[path.parent.parent.name]
        for path, (_, scores) in zip(some, done, strict=True)
    ]
    return {
        "submissions": len(some),
        "seconds_each": round(seconds, 3),
        "per_minute": round(60 / seconds, 2),
        "same_marks": all(equal),
    }


def ratio(beside: dict[str, Any], ours: dict[str, Any]) -> float | None:
    if "not_measured" in beside:
        return None
    return round(beside["seconds_each"] / ours["seconds_each"], 1)


def differing(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The submissions that both graded, and to which they gave other marks."""
    return {
        student: {"vegrad": ours.get(student), "nbgrader": scores}
        for student, scores in theirs.items()
        if ours.get(student) != scores
    }


def one_and_two(course: Path) -> dict[str, Any]:
    """Both numbers of workers on one class, between records, so that the start does not count."""
    found = {}
    for name, workers in (("one", 1), ("two", 2)):
        tell(f"scaling: {workers} of 2 workers")
        ran = grade(course, TRAINS.number, workers)
        filed = records(course, TRAINS.id, ran.began)[WARM_UP:]
        found[name] = steady(ran, filed)
    return found


def steady(ran: Ran, filed: list[float]) -> dict[str, Any]:
    """The rate between these records; processor seconds from the looks before them."""
    first, last = ran.before(filed[0]), ran.before(filed[-1])
    share = (last[0] - first[0]) / (filed[-1] - filed[0])  # looks do not fall on records
    spent = (last[2] - first[2]) / max(share, 1e-9) / (len(filed) - 1)
    return {
        "submissions": len(filed) - 1,
        "per_minute": round(rate(filed), 1),
        "seconds_each": 60 / rate(filed),
        "processor_each": round(spent, 3),
        "megabytes": [round(first[1]), round(last[1])],
    }


def own_seconds(course: Path) -> float:
    """Of the student's own code in a submission, on average."""
    tell("the student's own time")
    program = Path(__file__).parent / "_grading_own.py"
    said = subprocess.run(
        [sys.executable, str(program), str(course), TRAINS.number],
        env=environment(course) | {"OMP_NUM_THREADS": "1"},
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return mean(json.loads(said.stdout))


def in_one_run(course: Path, mix: int) -> dict[str, Any]:
    """The first records after the warm-up against the last: as many, with the same mix."""
    tell(f"{len(submitted(course, SMALL))} submissions in one run")
    ran = grade(course, SMALL.number)
    filed = records(course, SMALL.id, ran.began)
    first, last = (steady(ran, part) for part in (filed[WARM_UP:][: mix + 1], filed[-mix - 1 :]))
    return {
        "submissions": len(filed),
        "rate_last_over_first": round(last["per_minute"] / first["per_minute"], 3),
        "processor_last_over_first": round(last["processor_each"] / first["processor_each"], 3),
        "first": first,
        "last": last,
        "peak_mb": round(ran.peak_mb),
        "seconds": round(ran.seconds, 1),
    }


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def show(report: dict[str, Any]) -> None:
    for name, value in report.items():
        print(f"{name:<26} {json.dumps(value)}")
    if "not_measured" in report["otter"]:
        print(f"otter: not measured: {report['otter']['not_measured']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--quick", action="store_true", help="4 submissions, and 60 in one run")
    parser.add_argument("--stock", type=int, metavar="N", help="stock nbgrader on the first N")
    options = parser.parse_args()
    sizes = QUICK if options.quick else FULL
    sizes = sizes | ({"stock": options.stock} if options.stock else {})
    with TemporaryDirectory() as folder:
        report = measure(Path(folder), sizes)
    if options.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        show(report)
