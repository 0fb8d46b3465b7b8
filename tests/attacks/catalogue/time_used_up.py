"""Time without end, and processes that outlive grading. All end by themselves, later."""

from tests.attacks.catalogue.model import AFFECTS, HOLDS, TOUCHES, Attack, answers, category, code
from tests.attacks.catalogue.right import RIGHT

ENDLESS = """
while True:
    pass
"""
SWALLOWED = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
SWALLOWED_IN_ANSWER = """
def @NAME@(*given):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


BACKGROUND = """
import subprocess, sys
sleep = [sys.executable, "-c", "import time; time.sleep(150)", "@TOKEN@"]
subprocess.Popen(sleep, start_new_session=True)
"""


DETACHED_FROM_ANSWER = """
def sigmoid(z):
    import os, signal, sys
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(150)", "@TOKEN@"])
    return z * 0
"""

ATTACKS = category(
    "time",
    Attack(
        "endless",
        "loops for ever in every answer cell",
        answers(**{name: ENDLESS for name in RIGHT}),
        wants=(HOLDS,),
    ),
    Attack(
        "swallows-interrupts",
        "loops for ever and catches every exception that would end it",
        answers(**{name: SWALLOWED for name in RIGHT}),
        wants=(HOLDS, AFFECTS),
    ),
    Attack(
        "swallows-in-answer",
        "does so when its answer is called",
        answers(**{name: SWALLOWED_IN_ANSWER.replace("@NAME@", name) for name in RIGHT}),
        wants=(HOLDS, AFFECTS),
    ),
    Attack("background", "leaves a process", code(BACKGROUND), wants=(TOUCHES,)),
    Attack(
        "detached-from-answer",
        "leaves a process that ignores signals, from its answer",
        code(DETACHED_FROM_ANSWER),
        wants=(TOUCHES,),
    ),
)
