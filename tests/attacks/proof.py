"""`python -m tests.attacks.proof [NAME ...]`: where each attack succeeds, by playing it there.

On stock nbgrader; in our sandbox with one wall removed; or before the judge with one of its own
checks removed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.attacks import stock
from tests.attacks.catalogue import ATTACKS, BY_NAME
from tests.attacks.catalogue.model import AFFECTS, FLOODS, GAINS, Attack
from tests.attacks.ours import in_one_class
from tests.attacks.run import HOSTILE_LIMITS
from tests.conftest import ROOT

Proof = tuple[Attack, tuple[str, ...]]
LIMITS = {**HOSTILE_LIMITS, "wall": 60.0, "cell": 20.0}  # of what is left of the sandbox
LARGE = 600 * 2**20
HUGE = 20_000_000


def prove(attacks: list[Attack]) -> Iterator[Proof]:
    """Each attack with its successes in words; none where it failed."""
    for ground in sorted({attack.works_on for attack in attacks}):
        these = [attack for attack in attacks if attack.works_on == ground]
        if ground == "stock":
            yield from ((attack, outcome.successes) for attack, outcome in stock.prove(these))
        elif ground.startswith("check "):
            yield from ((attack, unguarded(attack)) for attack in these)
        else:
            yield from unwalled(these, ground)


def unwalled(attacks: list[Attack], wall: str) -> Iterator[Proof]:
    results, _ = in_one_class(attacks, LIMITS, (wall,), innocent=False)
    for attack, result in zip(attacks, results, strict=True):
        yield attack, result.touched


def unguarded(attack: Attack, *options: str) -> tuple[str, ...]:
    command = [sys.executable, "-m", "tests.attacks.unguarded", attack.name, *options]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        return (f"the judge ended: {done.stderr[-200:]}",) if AFFECTS in attack.wants else ()
    return successes(attack, json.loads(done.stdout))


def successes(attack: Attack, came: dict) -> tuple[str, ...]:
    found = {
        AFFECTS: [f"the judge raised {came['raised']}"] if "raised" in came else [],
        GAINS: [f"gained {came['gained']:g}"] if came.get("gained", 0) > 0 else [],
        FLOODS: [
            f"{came[what] >> 20} MB {what}"
            for what, most in (("memory", LARGE), ("filed", HUGE))
            if came.get(what, 0) > most
        ],
    }
    return tuple(text for want in attack.wants for text in found.get(want, []))


def main() -> None:
    wanted = [BY_NAME[name] for name in sys.argv[1:]] or list(ATTACKS)
    failed = 0
    for attack, found in prove(wanted):
        failed += not found
        sign = "works" if found else "FAILS"
        print(f"{sign} {attack.name:22} {attack.works_on:18} {'; '.join(found)[:120]}", flush=True)
    print(f"{len(wanted) - failed} of {len(wanted)} succeed.")


if __name__ == "__main__":
    main()
