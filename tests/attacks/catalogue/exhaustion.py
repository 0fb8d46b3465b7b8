"""Processes, disk, open files and output, used up; limits raised. All end by themselves."""

from tests.attacks.catalogue.model import FLOODS, REACHES, Attack, category, code

FORKS = """
import os, time
begun, alive = time.time(), 0
for _ in range(120):
    if os.fork() == 0:
        time.sleep(4)
        os._exit(0)
    alive += 1
print("REACHED-@TOKEN@", alive)

def sigmoid(z):
    raise RuntimeError("REACHED-@TOKEN@")
"""

THREADS = """
import threading, time
threads = [threading.Thread(target=time.sleep, args=(3,), daemon=True) for _ in range(400)]
for thread in threads:
    thread.start()
print("REACHED-@TOKEN@")
"""

DISK = """
import os
with open("large", "wb") as file:
    for _ in range(100):
        file.write(b"x" * 2**20)
size = os.path.getsize("large")
os.remove("large")
print("REACHED-@TOKEN@", size)

def sigmoid(z):
    raise RuntimeError("REACHED-@TOKEN@")
"""

MANY_FILES = """
import os, pathlib, shutil, tempfile
folder = pathlib.Path(tempfile.mkdtemp())
try:
    for number in range(10):
        with open(folder / f"part{number}", "wb") as file:
            for _ in range(60):
                file.write(b"x" * 2**20)
    reached = True
finally:
    shutil.rmtree(folder)
print("REACHED-@TOKEN@")

def sigmoid(z):
    raise RuntimeError("REACHED-@TOKEN@")
"""

OPEN_FILES = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

def sigmoid(z):
    kept = [open("/dev/null") for _ in range(3000)]
    raise RuntimeError("REACHED-@TOKEN@")
"""

OUTPUT = """
for _ in range(60):
    print("z" * 2**20)
"""


NEW_NAMESPACE = """
import ctypes
if ctypes.CDLL(None).unshare(0x10000000) == 0:   # CLONE_NEWUSER: root in a world of its own
    print("REACHED-@TOKEN@")
"""

LIMITS_RAISED = """
import resource
for name, most in (("AS", 2**33), ("NPROC", 4096), ("NOFILE", 4096), ("CPU", 10_000)):
    resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
print("REACHED-@TOKEN@")
"""

ATTACKS = category(
    "exhaustion",
    Attack("forks", "starts 120 processes", code(FORKS), wants=(REACHES,), works_on="limits"),
    Attack("threads", "starts 400 threads", code(THREADS), wants=(REACHES,), works_on="limits"),
    Attack("disk", "writes one file of 100 MB", code(DISK), wants=(REACHES,), works_on="limits"),
    Attack(
        "disk-in-parts",
        "writes ten files of 60 MB",
        code(MANY_FILES),
        wants=(REACHES,),
        works_on="namespaces",
    ),
    Attack(
        "open-file-flood",
        "opens 3,000 files",
        code(OPEN_FILES),
        wants=(REACHES,),
        works_on="limits",
    ),
    Attack(
        "limits-raised",
        "raises its own limits",
        code(LIMITS_RAISED),
        wants=(REACHES,),
        works_on="limits",
    ),
    Attack(
        "new-namespace",
        "becomes root in a namespace of its own",
        code(NEW_NAMESPACE),
        wants=(REACHES,),
        works_on="seccomp",
    ),
    Attack("output", "prints 60 MB", code(OUTPUT), wants=(FLOODS,)),
)
