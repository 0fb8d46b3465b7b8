"""The gradebook, the solutions, other students and the host, written to from inside."""

from tests.attacks.catalogue.model import AFFECTS, GAINS, TOUCHES, Attack, category, code

BOOK = """
import sqlite3
for path in ("../../../gradebook.db", "@ROOT@/gradebook.db"):
    try:
        with sqlite3.connect(path, timeout=5) as book:
            book.execute(\"\"\"%s\"\"\")
    except sqlite3.Error as error:
        print(error)
"""

OWN_MARKS = BOOK % "UPDATE grade SET extra_credit = 5 WHERE auto_score IS NULL OR auto_score < 1"
ALL_MARKS = BOOK % "UPDATE grade SET manual_score = 0"
DROPPED = BOOK % "DELETE FROM submitted_assignment WHERE student_id LIKE '%right%'"

LATER = """
import subprocess, sys
script = '''
import sqlite3, sys, time
for _ in range(60):
    time.sleep(0.2)
    try:
        with sqlite3.connect("@ROOT@/gradebook.db", timeout=1) as book:
            book.execute("UPDATE grade SET manual_score = 5 WHERE auto_score IS NOT NULL")
    except Exception:
        pass
'''
subprocess.Popen([sys.executable, "-c", script, "@TOKEN@"], start_new_session=True)
"""

NEIGHBOURS_WORK = """
import glob
for root in ("../../..", "@ROOT@"):
    for path in glob.glob(root + "/submitted/*right*/@LESSON@/*.ipynb"):
        text = open(path).read()
        open(path, "w").write(text.replace("return", "return 7 *"))
"""


SOLUTIONS = """
import glob
for root in ("../../..", "@ROOT@"):
    for path in glob.glob(root + "/solutions/*.txt"):
        open(path, "a").write("@TOKEN@")
"""


STARTUP = """
import os, pathlib
home = pathlib.Path(os.environ.get("IPYTHONDIR") or pathlib.Path.home() / ".ipython")
folder = home / "profile_default" / "startup"
folder.mkdir(parents=True, exist_ok=True)
(folder / "00-@TOKEN@.py").write_text(
    "import numpy, builtins\\nnumpy.exp = numpy.tanh = numpy.where = lambda *a: 0 * a[0]\\n"
)
"""


SHARED = """
import os
for folder in ("/tmp", "/dev/shm", "/var/tmp"):
    try:
        open(f"{folder}/@TOKEN@", "w").write("left")
    except OSError as error:
        print(error)
"""


ATTACKS = category(
    "writing",
    Attack(
        "own-marks",
        "gives itself extra credit in the gradebook",
        code(OWN_MARKS),
        wants=(GAINS, AFFECTS),
    ),
    Attack("all-marks", "sets every student's marks to zero", code(ALL_MARKS), wants=(AFFECTS,)),
    Attack(
        "dropped-submissions",
        "deletes others' submissions from the gradebook",
        code(DROPPED),
        wants=(AFFECTS,),
    ),
    Attack(
        "marks-later",
        "leaves a process that writes marks after grading",
        code(LATER),
        wants=(GAINS, TOUCHES),
    ),
    Attack(
        "neighbours-work",
        "spoils what others handed in",
        code(NEIGHBOURS_WORK),
        wants=(TOUCHES, AFFECTS),
    ),
    Attack("solutions-written", "writes into the solutions", code(SOLUTIONS), wants=(TOUCHES,)),
    Attack(
        "startup-file",
        "leaves a start-up file for the next kernel",
        code(STARTUP),
        wants=(TOUCHES, AFFECTS),
    ),
    Attack("shared-folders", "leaves files in /tmp and /dev/shm", code(SHARED), wants=(TOUCHES,)),
)
