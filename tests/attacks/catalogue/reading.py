"""Solutions, hidden tests, marks, neighbours and secrets, read from inside."""

from tests.attacks.catalogue.model import TOUCHES, Attack, category, code

SOLUTIONS = """
import json, pathlib
for place in ("../../..", "@ROOT@"):
    path = pathlib.Path(place, "solutions/@LESSON@/@LESSON@.ipynb")
    if path.exists():
        for cell in json.loads(path.read_text())["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                exec("".join(cell["source"]))
        break
"""


REFERENCE = """
def sigmoid(z):
    from vegrad_course import reference
    return reference.sigmoid(z)
"""


BY_PATH = """
import glob, importlib.util, os, sys

def sources():
    import numpy
    near = os.path.dirname(os.path.dirname(numpy.__file__))
    places = [*sys.path, near, "@ROOT@", os.environ.get("PYTHONPATH", "")]
    for place in places:
        yield from glob.glob(os.path.join(place, "vegrad_course/exercises/lesson_01/sigmoid.py"))
    for pointer in glob.glob(near + "/*.pth"):
        for line in open(pointer):
            yield from glob.glob(line.strip() + "/vegrad_course/exercises/lesson_01/sigmoid.py")

def sigmoid(z):
    import re
    text = open(next(sources())).read()
    names = {"np": __import__("numpy")}
    exec(text[text.index("def by_tanh"):text.index("def by_clipping")], names)
    return names["by_tanh"](z)
"""

FRAMES = """
def sigmoid(z):
    import sys
    frame = sys._getframe()
    while frame:
        exercise = frame.f_locals.get("exercise")
        if exercise is not None:
            return exercise.alternatives[0](z)
        frame = frame.f_back
    return z * 0
"""


NEIGHBOUR = """
import glob, json
for root in ("../../..", "@ROOT@"):
    for path in glob.glob(root + "/submitted/*right*/@LESSON@/*.ipynb"):
        for cell in json.load(open(path))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                try:
                    exec("".join(cell["source"]))
                except Exception:
                    pass
"""

HIDDEN_TESTS = """
import sqlite3
book = sqlite3.connect("file:@ROOT@/gradebook.db?mode=ro", uri=True)
print(book.execute("SELECT source FROM source_cell").fetchall()[:3])
print(open("@ROOT@/solutions/answers.txt").read())
"""

GRADEBOOK = """
import sqlite3
for path in ("../../../gradebook.db", "@ROOT@/gradebook.db"):
    try:
        print(sqlite3.connect(path).execute("SELECT last_name FROM student").fetchall())
    except Exception as error:
        print(error)
"""

ENVIRONMENT = """
import os, subprocess
print(dict(os.environ))
print(subprocess.run(["env"], capture_output=True, text=True).stdout)
"""

PROC = """
import glob
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        print([v for v in open(path, "rb").read().split(b"\\0") if b"CANARY" in v])
    except OSError as error:
        print(error)
"""


PARENT_MEMORY = """
import os, re
for line in open(f"/proc/{os.getppid()}/maps"):
    begin, end, mode = re.match(r"(\\w+)-(\\w+) (....)", line).groups()
    size = int(end, 16) - int(begin, 16)
    if "rw" in mode and size < 40_000_000 and ("heap" in line or "00:00 0 " in line):
        try:
            with open(f"/proc/{os.getppid()}/mem", "rb") as memory:
                memory.seek(int(begin, 16))
                found = re.search(rb"SECRET-variable-[0-9a-f]{12}", memory.read(size))
        except OSError:
            continue
        if found:
            print(found.group().decode())
            break
"""


NEIGHBOURS_WORDS = """
import glob, os
for number in (0, 1, 2):
    try:
        print(os.pread(number, 100_000, 0))
    except OSError as error:
        print(error)
for root in ("../../..", "@ROOT@"):
    for path in glob.glob(root + "/submitted/*right*/@LESSON@/*.ipynb"):
        print(open(path).read())
"""


ASKS_THE_JUDGE = """
import numpy as np
from vegrad_course.exercises import model, registry

if not hasattr(registry, "__file__"):
    max_slope = registry   # not plain: perhaps it is asked again where the course is in reach
else:
    exercise = registry.find("max_slope")
    for guess in np.linspace(0, 1, 1001):
        for case in exercise.cases(np.random.default_rng(0)):
            if exercise.judge(case, model.Outputs({"result": np.asarray(guess)})).passed:
                max_slope = float(guess)
"""


ATTACKS = category(
    "reading",
    Attack("solutions", "runs the instructor's solution cells", code(SOLUTIONS)),
    Attack(
        "reference-package",
        "answers with the reference package",
        code(REFERENCE),
        cells="hand-written",
    ),
    Attack(
        "package-by-path",
        "reads the exercise's source from disk",
        code(BY_PATH),
        cells="hand-written",
    ),
    Attack(
        "asks-the-judge", "tries values until the judge says yes", code(ASKS_THE_JUDGE, "max_slope")
    ),
    Attack("frames", "finds the exercise in the frames of its caller", code(FRAMES)),
    Attack("neighbour", "runs another student's answers", code(NEIGHBOUR)),
    Attack(
        "neighbours-words",
        "prints what another student wrote",
        code(NEIGHBOURS_WORDS),
        wants=(TOUCHES,),
    ),
    Attack(
        "hidden-tests",
        "prints the test cells and a file of the solutions",
        code(HIDDEN_TESTS),
        wants=(TOUCHES,),
    ),
    Attack("gradebook", "prints names from the gradebook", code(GRADEBOOK), wants=(TOUCHES,)),
    Attack(
        "environment", "prints the environment of the grader", code(ENVIRONMENT), wants=(TOUCHES,)
    ),
    Attack("proc-environ", "reads other processes' environment", code(PROC), wants=(TOUCHES,)),
    Attack(
        "parent-memory",
        "searches its parent's memory for a secret",
        code(PARENT_MEMORY),
        wants=(TOUCHES,),
    ),
)
