"""The judge with one of its own checks removed: what does an attack get that this check stops?

`python -m tests.attacks.unguarded NAME [keep]` grades the attack in this process, the check removed
or kept, and prints what came of it: the marks, seconds, memory, and the size of what is filed.
"""

import json
import resource
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

from tests.attacks import signs
from tests.attacks.catalogue import BY_NAME
from tests.attacks.world import LESSON, World
from tests.conftest import ROOT
from vegrad_course.grading import session
from vegrad_course.grading.inside import channel, wire
from vegrad_course.grading.inside.limits import Limits
from vegrad_course.grading.orders import Order
from vegrad_course.grading.record import Submission, from_bytes
from vegrad_course.grading.rules import Rules
from vegrad_course.grading.sandbox import Sandbox

LIMITS = Limits(wall=30, cell=10, memory=3000)
MOST_MEMORY = 8 * 2**30


def any_token(own, token, functions, given):
    while (came := own.channel.receive(wire.Reader(given))).get("re") != "done":
        own.channel.send(session._computed(functions, came))
    return came


def any_view(given, offset, dtype, shape, strides):
    return np.ndarray(tuple(shape), dtype, given, offset, tuple(strides))


def any_size(own):
    return own._exactly(int.from_bytes(own._exactly(8), "big"))


REMOVED = {
    "token": patch.object(session.Session, "_reply", any_token),
    "view": patch.object(wire, "_same_memory", any_view),
    "items": patch.object(wire, "MOST_ITEMS", 2**31 - 1),
    "size": patch.object(channel.Channel, "receive_bytes", any_size),
    "output form": patch.object(session, "_are_outputs", lambda outputs, number: True),
}


def grade(name: str, keep: bool) -> dict:
    """Grade the attack alone. `raised` is what would have ended the judge's process."""
    attack, release = BY_NAME[name], ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb"
    with TemporaryDirectory() as folder, ExitStack() as removed:
        root = Path(folder)
        (root / "solutions").mkdir()
        (root / "notebooks").symlink_to(ROOT / "notebooks")
        world = World(root, root / "outside", root / "home")
        signs.submit_attack(world, attack)
        data = (root / "submitted" / attack.id / LESSON / f"{LESSON}.ipynb").read_bytes()
        order = Order(Submission(attack.id, LESSON, data), release.read_text(), Rules(7, LIMITS))
        with Sandbox() as sandbox:
            sandbox.wait()
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            if not keep:
                removed.enter_context(REMOVED[attack.works_on.removeprefix("check ")])
            return _graded(order, sandbox, attack.deserved)


def _graded(order: Order, sandbox: Sandbox, deserved: float) -> dict:
    begun, before = time.monotonic(), _peak()
    try:
        record = from_bytes(order.grade(sandbox))
    except Exception as error:
        return {"raised": f"{type(error).__name__}: {error}"[:300]}
    kinds = {v.kind for v in record.verdicts} - {"unanswered", "no answer"}
    return {
        "gained": record.score - deserved,
        "held": round(time.monotonic() - begun, 1),
        "memory": _peak() - before,
        "filed": len(record.notebook),
        "kinds": sorted(kinds),
    }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(grade(sys.argv[1], "keep" in sys.argv)))
