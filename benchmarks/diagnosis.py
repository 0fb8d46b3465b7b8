"""Does the monitor name the illness? Seeded sick runs, labelled by measurement, half held back.

Every patient is drawn, trained under the monitor, and labelled by `_labels.py`, which never looks
at the monitor. Even seeds are for tuning (the monitor's bounds were chosen on them, and those of
the baselines are chosen here); odd seeds are for reporting. Each sick patient of the reporting
set then gets the first remedy that the monitor names, and is trained again: cured means that the
measured condition is gone and that the loss falls at least 80% as far as the healthy twin's.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import _baselines
import _labels
import torch

from vegrad_course.clinic import CONDITIONS, Course, Patient, admit, train, treat
from vegrad_course.diagnosis import Diagnosis, diagnose
from vegrad_course.monitor import Log

HEALTHY, SICK = 200, 56  # runs of each condition
FALL = 0.8


@dataclass(frozen=True)
class Run:
    """One patient: what was planted, what is true, what the monitor said, and the cure."""

    planted: str
    seed: int
    family: str
    truth: str
    said: str
    sure: float
    also: tuple[str, ...]
    measured: _labels.Measured
    loss: float
    log: Log
    remedy: str = ""
    cured: bool | None = None
    after: str = ""

    @property
    def reporting(self) -> bool:
        return self.seed % 2 == 1


def examine(case: tuple[str, int], cure: bool) -> Run:
    """Train, label, diagnose, and treat one patient."""
    torch.set_num_threads(1)
    condition, seed = case
    twin, patient = admit(condition, seed)
    course, measured = train(patient), _labels.measure(patient)
    truth = _labels.label(patient, course, measured)
    diagnosis = diagnose(course.log)
    also = tuple(finding.illness for finding in diagnosis.findings[1:])
    run = Run(
        condition, seed, patient.family, truth, diagnosis.illness, diagnosis.findings[0].sure,
        also, measured, course.final_loss, course.log,
    )  # fmt: skip
    sick = truth not in ("healthy", "unexplained")
    return _treated(run, twin, patient, diagnosis) if cure and sick and run.reporting else run


def _treated(run: Run, twin: Patient, patient: Patient, diagnosis: Diagnosis) -> Run:
    """Apply the first remedy, train again, and compare with the healthy twin."""
    if diagnosis.remedy is None:
        return Run(**{**vars(run), "cured": False, "after": "no remedy"})
    treated = treat(patient, diagnosis.remedy.key, diagnosis.remedy.factor)
    course = train(treated)
    after = _labels.label(treated, course, _labels.measure(treated))
    cured = after != run.truth and _falls(course, train(twin))
    return Run(**{**vars(run), "remedy": diagnosis.remedy.key, "cured": cured, "after": after})


def _falls(course: Course, twin: Course) -> bool:
    start = _labels.CHANCE
    return start - course.final_loss >= FALL * (start - twin.final_loss)


def cases(quick: bool, only: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    names = only or tuple(CONDITIONS)
    counts = {name: 4 if quick else HEALTHY if name == "healthy" else SICK for name in names}
    return [(name, seed) for name, count in counts.items() for seed in range(count)]


def examine_all(todo: list[tuple[str, int]], cure: bool, jobs: int) -> list[Run]:
    """All runs in order; those that nothing explains are left out and counted."""
    if jobs == 1:
        return [examine(case, cure) for case in todo]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(partial(examine, cure=cure), todo, chunksize=4))


def scores(said: Iterable[str], truths: Iterable[str]) -> dict[str, float]:
    """Accuracy of the name; share of healthy runs called ill; share of sick runs called ill."""
    pairs = list(zip(said, truths, strict=True))
    well = [name for name, truth in pairs if truth == "healthy"]
    sick = [name for name, truth in pairs if truth != "healthy"]
    return {
        "accuracy": sum(name == truth for name, truth in pairs) / max(len(pairs), 1),
        "false_alarm_rate": sum(name != "healthy" for name in well) / max(len(well), 1),
        "detected": sum(name != "healthy" for name in sick) / max(len(sick), 1),
    }


def report(runs: list[Run]) -> dict[str, object]:
    """Everything that `--json` prints."""
    known = [run for run in runs if run.truth != "unexplained"]
    tuning = [run for run in known if not run.reporting]
    held = [run for run in known if run.reporting]
    truths = [run.truth for run in held]
    practice = scores([r.said for r in tuning], [r.truth for r in tuning])
    baselines = {}
    for name, rule in _baselines.RULES.items():
        bounds = _baselines.tuned(name, [r.log for r in tuning], [r.truth for r in tuning])
        said = [rule(run.log, bounds) for run in held]
        baselines[name] = {**scores(said, truths), "bounds": bounds}
    treated = [run for run in held if run.cured is not None]
    return {
        "runs": len(runs),
        "unexplained": len(runs) - len(known),
        "tuning": {"runs": len(tuning), **practice},
        "reporting": len(held),
        "healthy": sum(run.truth == "healthy" for run in known),
        **scores([run.said for run in held], truths),
        "cure_rate": sum(bool(run.cured) for run in treated) / max(len(treated), 1),
        "treated": len(treated),
        "baselines": baselines,
        "confusion": confusion(held),
        "mistakes": [_mistake(run) for run in known if run.said != run.truth],
        "not_cured": [_mistake(run) for run in treated if not run.cured],
    }  # fmt: skip


def confusion(runs: list[Run]) -> dict[str, dict[str, int]]:
    """How often each illness (by measurement) was called what."""
    return {
        truth: dict(Counter(run.said for run in runs if run.truth == truth)) for truth in CONDITIONS
    }


def _mistake(run: Run) -> str:
    numbers = " ".join(f"{name} {value:.3g}" for name, value in vars(run.measured).items())
    where = f"{run.planted} seed {run.seed} ({run.family}, loss {run.loss:.2f}; {numbers})"
    cure = f"; {run.remedy}: {run.after}" if run.cured is not None else ""
    return f"{where}: is {run.truth}, called {run.said}{cure}"


def as_text(found: dict[str, object]) -> str:
    """The confusion matrix and the scores."""
    lines = [f"{'by measurement':<26}called"]
    for truth, row in found["confusion"].items():
        lines.append(f"{truth:<26}{', '.join(f'{name} {n}' for name, n in row.items())}")
    names = ("monitor", *found["baselines"])
    for name in names:
        row = found if name == "monitor" else found["baselines"][name]
        lines.append(
            f"{name:<16} accuracy {row['accuracy']:.1%}  false alarms {row['false_alarm_rate']:.1%}"
            f"  sick runs called ill {row['detected']:.1%}"
        )
    lines.append(f"cured by the first remedy: {found['cure_rate']:.1%} of {found['treated']}")
    lines += [f"  wrong: {text}" for text in found["mistakes"]]
    lines += [f"  not cured: {text}" for text in found["not_cured"]]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="four runs of each condition")
    parser.add_argument("--tuning", action="store_true", help="only tuning seeds, no cures")
    parser.add_argument("--only", action="append", default=[], help="only this condition")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    todo = cases(chosen.quick, tuple(chosen.only))
    if chosen.tuning:
        todo = [case for case in todo if case[1] % 2 == 0]
    found = report(examine_all(todo, not chosen.tuning, chosen.jobs))
    print(json.dumps(found, indent=1) if chosen.json else as_text(found))


if __name__ == "__main__":
    main()
