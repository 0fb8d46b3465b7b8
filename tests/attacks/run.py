"""`python -m tests.attacks.run` plays every hostile and every honest submission through our grader.

Then it plays each attack where it succeeds (tests/attacks/proof.py). `--json` prints the totals
alone; `--quick` plays a few and proves none; names play only these.
"""

import argparse
import json
import time
from typing import Any

from tests.attacks.catalogue import ATTACKS, BY_NAME, HONEST
from tests.attacks.ours import Class, Result, played

HOSTILE_LIMITS = {"wall": 20.0, "cell": 4.0, "memory": 512}
QUICK = (
    "skip-tag own-check agreeable-float reply-twice frames environment own-marks shared-folders "
    "flipped broadcasts loopback background"
).split()
QUICK_HONEST = "plain untouched warns no-marks float32 class partial overflow".split()
Marks = tuple[str, float | None, float, str]


def honest(items) -> list[Marks]:
    """Each honest submission: its name, its marks, those deserved, and what the judge said."""
    with Class(innocent=False) as one:
        for item in items:
            one.add_honest(item)
        one.grade({})
        if one.code:
            print(one.log)
        return [(h.name, one.marks.get(h.id), h.deserves, _not_passed(one, h)) for h in items]


def _not_passed(one: Class, honest) -> str:
    _, verdicts = one.said.get(honest.id, (0.0, {}))
    return ", ".join(f"{name}: {kind}" for name, (_, kind) in verdicts.items() if kind != "passed")


def totals(results: list[Result], fair: list[Marks], proven: dict | None) -> dict[str, Any]:
    return {
        "attacks": len(results),
        "gained": sum(r.gained > 0 for r in results),
        "touched_host": sum(bool(r.touched) for r in results),
        "affected_class": sum(bool(r.affected) for r in results),
        "honest": len(fair),
        "honest_punished": sum(marks != due for _, marks, due, _ in fair),
        **({} if proven is None else {"unproven": [name for name in proven if not proven[name]]}),
    }


def show(results: list[Result], fair: list[Marks], proven: dict | None) -> None:
    print(f"{'attack':22} {'gained':>6}  {'touched host':14} {'class affected':16} verdict")
    for r in results:
        touched, affected = "; ".join(r.touched) or "no", "; ".join(r.affected) or "no"
        print(f"{r.name:22} {r.gained:6g}  {touched[:80]:14} {affected[:60]:16} {r.verdict[:70]}")
        if proven is not None:
            print(f"{'':30}on {r.ground}: {'; '.join(proven[r.name])[:90] or 'NOT PROVEN'}")
    print(f"\n{'honest':26} {'marks':>6} {'due':>6}")
    for name, marks, due, verdicts in fair:
        sign = "" if marks == due else "   <- NOT WHAT IT DESERVES: " + verdicts
        print(f"{name:26} {'none' if marks is None else f'{marks:g}':>6} {due:6g}{sign}")


def chosen(options: argparse.Namespace) -> tuple[list, list]:
    names = options.names or ([*QUICK, *QUICK_HONEST] if options.quick else [])
    attacks = [a for a in ATTACKS if a.name in names or not names]
    return attacks, [h for h in HONEST if h.name in names or not names]


def main() -> None:
    from tests.attacks.proof import prove

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the totals alone")
    parser.add_argument("--quick", action="store_true", help="play a few, and prove none")
    parser.add_argument("names", nargs="*", choices=[[], *BY_NAME, *(h.name for h in HONEST)])
    options = parser.parse_args()
    attacks, fair = chosen(options)
    begun = time.monotonic()
    results = played(attacks, HOSTILE_LIMITS)[0] if attacks else []
    marks = honest(fair) if fair else []
    proven = None if options.quick else {a.name: found for a, found in prove(attacks)}
    if not options.json:
        show(results, marks, proven)
    found = {**totals(results, marks, proven), "seconds": round(time.monotonic() - begun)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
