"""Time without end, and processes that outlive grading. All end by themselves, later."""

from tests.attacks.catalogue.honest import RIGHT
from tests.attacks.catalogue.model import HOLDS, TOUCHES, Attack, answers, category, code

ENDLESS = """
while True:
    pass
"""

SWALLOWED = """
import time
begun = time.time()
while time.time() < begun + 150:
    try:
        while time.time() < begun + 150:
            time.sleep(1)
    except BaseException:
        pass
"""

SIGNALS_IGNORED = """
import signal, time
for number in (signal.SIGINT, signal.SIGALRM, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP})
begun = time.time()
while time.time() < begun + 150:
    time.sleep(1)
"""

WITHOUT_PYTHON = """
def sigmoid(z):
    return sum(range(10**12))   # one call in C, which looks at no signal
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
        "interrupt-swallowed",
        "catches every interrupt in a cell",
        code(SWALLOWED),
        wants=(HOLDS,),
        cells="hand-written",
    ),
    Attack(
        "signals-ignored",
        "ignores and blocks every signal it can",
        code(SIGNALS_IGNORED),
        wants=(HOLDS,),
        cells="hand-written",
    ),
    Attack(
        "no-python",
        "stays in C, where no signal is seen",
        code(WITHOUT_PYTHON),
        wants=(HOLDS,),
        cells="hand-written",
    ),
    Attack("background", "leaves a process", code(BACKGROUND), wants=(TOUCHES,)),
    Attack(
        "detached-from-answer",
        "leaves a process that ignores signals, from its answer",
        code(DETACHED_FROM_ANSWER),
        wants=(TOUCHES,),
    ),
)
