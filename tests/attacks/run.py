"""`python -m tests.attacks.run` plays every hostile and every honest submission through our grader.

`--json` prints the totals alone; `--quick` plays about a quarter; names play only these.
"""

import argparse
import json
import time

from tests.attacks.catalogue import ATTACKS, BY_NAME, HONEST
from tests.attacks.ours import Class, Result, played

HOSTILE_LIMITS = {"wall": 20.0, "cell": 4.0, "memory": 512}
HONEST_LIMITS: dict = {}


def honest(items) -> list[tuple[str, float | None, float, str]]:
    """Each honest submission: its name, its marks, those deserved, and what the judge said."""
    with Class() as one:
        for item in items:
            one.add_honest(item)
        one.grade(HONEST_LIMITS)
        if one.code:
            print(one.log)
        said = {name: verdicts for name, (_, verdicts) in one.said.items()}
        return [
            (h.name, one.marks.get(h.id), h.deserves, _not_passed(said.get(h.id, {})))
            for h in items
        ]


def _not_passed(verdicts: dict) -> str:
    return ", ".join(f"{name}: {kind}" for name, (_, kind) in verdicts.items() if kind != "passed")


def totals(results: list[Result], fair: list[tuple]) -> dict[str, int]:
    return {
        "attacks": len(results),
        "gained": sum(r.gained > 0 for r in results),
        "touched_host": sum(bool(r.touched) for r in results),
        "affected_class": sum(bool(r.affected) for r in results),
        "honest": len(fair),
        "honest_punished": sum(marks != due for _, marks, due, _ in fair),
    }


def show(results: list[Result], fair: list[tuple], peak: int) -> None:
    print(f"{'attack':26} {'gained':>6}  touched host   class affected   verdict")
    category = ""
    for r in results:
        if r.category != category:
            category = r.category
            print(f"-- {category}")
        touched, affected = "; ".join(r.touched) or "no", "; ".join(r.affected) or "no"
        print(f"{r.name:26} {r.gained:6g}  {touched[:80]:14} {affected[:60]:16} {r.verdict[:70]}")
    print(f"\n{'honest':26} {'marks':>6} {'due':>6}")
    for name, marks, due, verdicts in fair:
        sign = "" if marks == due else "   <- PUNISHED: " + verdicts
        print(f"{name:26} {'none' if marks is None else f'{marks:g}':>6} {due:6g}{sign}")
    print(f"\nThe largest judge held {peak >> 20} MB.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    step = 4 if options.quick else 1
    chosen = (
        [BY_NAME[n] for n in options.names if n in BY_NAME] if options.names else ATTACKS[::step]
    )
    fair = [h for h in HONEST if h.name in options.names] if options.names else HONEST[::step]
    begun = time.monotonic()
    results, peak = played(chosen, HOSTILE_LIMITS) if chosen else ([], 0)
    marks = honest(fair) if fair else []
    found = {**totals(results, marks), "seconds": round(time.monotonic() - begun)}
    if options.json:
        print(json.dumps(found))
        return
    show(results, marks, peak)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
