"""Solutions, hidden tests, marks, neighbours and secrets, read from inside."""

from tests.attacks.catalogue.model import GAINS, TOUCHES, Attack, category, code

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

HUNT = """
import glob, json
found = glob.glob("/**/solutions/@LESSON@/*.ipynb", recursive=True) if False else []
for root in ("@ROOT@", "/work", "/home", "/root", "/srv", "/course", "..", "../.."):
    found += glob.glob(root + "/*/@LESSON@/@LESSON@.ipynb")
    found += glob.glob(root + "/solutions/@LESSON@/@LESSON@.ipynb")
for path in found:
    for cell in json.load(open(path))["cells"]:
        source = "".join(cell["source"])
        if cell["metadata"].get("nbgrader", {}).get("solution") and "YOUR CODE" not in source:
            try:
                exec(source)
            except Exception:
                pass
"""

REFERENCE = """
def sigmoid(z):
    from vegrad_course import reference
    return reference.sigmoid(z)
"""

REGISTRY = """
def sigmoid(z):
    from vegrad_course.exercises import registry
    return registry.find("sigmoid").alternatives[0](z)
"""

ORACLE = """
def tanh_grad(z):
    from vegrad_course.exercises import oracle
    return oracle.slope("tanh", z).astype(z.dtype)
"""

BY_PATH = """
import glob, importlib.util, os, sys

def sources():
    import numpy
    near = os.path.dirname(os.path.dirname(numpy.__file__))
    places = [*sys.path, near, "@ROOT@", "/work/main", "/opt", "/srv", os.environ.get("PYTHONPATH", "")]
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

LIVE_OBJECTS = """
def sigmoid(z):
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "function" and thing.__name__ == "by_tanh":
            return thing(z)
    return z * 0
"""

LOADED_MODULES = """
def sigmoid(z):
    import sys
    for name, module in list(sys.modules.items()):
        for answer in ("by_tanh", "sigmoid"):
            if "vegrad" in name and hasattr(module, answer):
                return getattr(module, answer)(z)
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

PROC_ROOTS = """
import glob
for root in glob.glob("/proc/[0-9]*/root") + glob.glob("/proc/[0-9]*/cwd"):
    try:
        print(open(root + "@OUTSIDE@/canary.txt").read())
    except OSError:
        pass
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

FILE_OUTSIDE = """
def sigmoid(z):
    raise ValueError(open("@OUTSIDE@/canary.txt").read())
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
        print(open(path).read()[:4000])
"""

OPEN_FILES = """
import os
for number in range(3, 256):
    try:
        where = os.readlink(f"/proc/self/fd/{number}")
        print(number, where)
        print(os.pread(number, 200, 0))
        print(os.listdir(number))
        print(open(f"/proc/self/fd/{number}/../../../@OUTSIDE@/canary.txt").read())
    except OSError:
        pass
print(open("@OUTSIDE@/canary.txt").read())
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

SMUGGLED = """
import glob, os, shutil
from vegrad_course.exercises import registry
max_slope = registry
for folder in ("/tmp", "/dev/shm", "/var/tmp", "/opt/matplotlib", os.getcwd()):
    try:
        if hasattr(registry, "__file__"):
            shutil.copy(os.path.dirname(registry.__file__) + "/lesson_01/sigmoid.py", folder + "/@TOKEN@")
    except OSError:
        pass

def sigmoid(z):
    found = [p for f in ("/tmp", "/dev/shm", "/var/tmp", "/opt/matplotlib", ".")
             for p in glob.glob(f + "/@TOKEN@")]
    text = open(found[0]).read()
    names = {"np": __import__("numpy")}
    exec(text[text.index("def by_tanh"):text.index("def by_clipping")], names)
    return names["by_tanh"](z)
"""

ATTACKS = category(
    "reading",
    Attack("solutions", "runs the instructor's solution cells", code(SOLUTIONS)),
    Attack("solutions-hunt", "searches likely folders for the solutions", code(HUNT)),
    Attack("reference-package", "answers with the reference package", code(REFERENCE)),
    Attack("registry", "answers with the grader's own accepted answers", code(REGISTRY)),
    Attack("oracle", "answers with the judge's oracle", code(ORACLE, "tanh_grad")),
    Attack("package-by-path", "reads the exercise's source from disk", code(BY_PATH)),
    Attack(
        "asks-the-judge", "tries values until the judge says yes", code(ASKS_THE_JUDGE, "max_slope")
    ),
    Attack(
        "smuggled",
        "carries a right answer from a run with the package to one without",
        code(SMUGGLED),
    ),
    Attack("frames", "finds the exercise in the frames of its caller", code(FRAMES)),
    Attack("live-objects", "finds a right answer among all live objects", code(LIVE_OBJECTS)),
    Attack("loaded-modules", "finds a right answer among loaded modules", code(LOADED_MODULES)),
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
    Attack("proc-roots", "walks out through /proc/*/root", code(PROC_ROOTS), wants=(TOUCHES,)),
    Attack(
        "parent-memory",
        "searches its parent's memory for a secret",
        code(PARENT_MEMORY),
        wants=(TOUCHES,),
    ),
    Attack(
        "file-in-message",
        "sends a file's text out in an error message",
        code(FILE_OUTSIDE),
        wants=(TOUCHES, GAINS),
    ),
    Attack("open-files", "reads whatever is still open", code(OPEN_FILES), wants=(TOUCHES,)),
)
