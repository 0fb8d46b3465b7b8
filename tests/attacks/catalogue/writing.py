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
CHEAPER = BOOK % "UPDATE base_cell SET max_score = 0 WHERE type = 'GradeCells'"
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

NEIGHBOURS_GONE = """
import glob, shutil
for root in ("../../..", "@ROOT@"):
    for path in glob.glob(root + "/submitted/*right*/@LESSON@"):
        shutil.rmtree(path)
"""

SOLUTIONS = """
import glob
for root in ("../../..", "@ROOT@"):
    for path in glob.glob(root + "/solutions/*.txt"):
        open(path, "a").write("@TOKEN@")
"""

CONFIGURATION = """
open("@ROOT@/nbgrader_config.py", "a").write("\\n# @TOKEN@\\n")
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

OUTSIDE = """
open("@OUTSIDE@/canary.txt", "w").write("changed")
"""

SHARED = """
import os
for folder in ("/tmp", "/dev/shm", "/var/tmp"):
    try:
        open(f"{folder}/@TOKEN@", "w").write("left")
    except OSError as error:
        print(error)
"""

FROM_ANSWER = """
def sigmoid(z):
    import os
    os.makedirs("@OUTSIDE@", exist_ok=True)
    open("@OUTSIDE@/dropped", "w").write("left")
    return z * 0
"""

LINK_OUT = """
import os
os.symlink("@OUTSIDE@/canary.txt", "result.txt")
open("result.txt", "w").write("changed")
os.link("@OUTSIDE@/canary.txt", "hard.txt")
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
    Attack("cheaper-points", "makes every exercise worth nothing", code(CHEAPER), wants=(AFFECTS,)),
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
    Attack(
        "neighbours-gone",
        "deletes what others handed in",
        code(NEIGHBOURS_GONE),
        wants=(TOUCHES, AFFECTS),
    ),
    Attack("solutions-written", "writes into the solutions", code(SOLUTIONS), wants=(TOUCHES,)),
    Attack(
        "configuration", "writes into nbgrader_config.py", code(CONFIGURATION), wants=(TOUCHES,)
    ),
    Attack(
        "startup-file",
        "leaves a start-up file for the next kernel",
        code(STARTUP),
        wants=(TOUCHES, AFFECTS),
    ),
    Attack("file-outside", "overwrites a file outside the course", code(OUTSIDE), wants=(TOUCHES,)),
    Attack("shared-folders", "leaves files in /tmp and /dev/shm", code(SHARED), wants=(TOUCHES,)),
    Attack(
        "file-from-answer",
        "leaves a file when its answer is called",
        code(FROM_ANSWER),
        wants=(TOUCHES,),
    ),
    Attack(
        "links-out", "writes through links that it makes itself", code(LINK_OUT), wants=(TOUCHES,)
    ),
)
