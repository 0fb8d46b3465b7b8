"""Time, processes, memory, disk, open files and output, used up. All are bounded, and end by themselves."""

from tests.attacks.catalogue.model import AFFECTS, HOLDS, REACHES, TOUCHES, Attack, category, code

ENDLESS = """
while True:
    pass
"""

ENDLESS_ANSWER = """
def sigmoid(z):
    import signal
    signal.setitimer(signal.ITIMER_REAL, 0)
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
    import re
    re.match("(a+)+$", "a" * 38 + "b")
    return z * 0
"""

SWALLOWED_IN_ANSWER = """
import time

def sigmoid(z):
    begun = time.time()
    while time.time() < begun + 150:
        try:
            time.sleep(1)
        except BaseException:
            pass
    return z * 0
"""

FORKS = """
import os, time
begun, alive = time.time(), 0
for _ in range(300):
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

MEMORY = """
def sigmoid(z):
    import numpy as np
    kept = [np.ones(2**24) for _ in range(24)]
    raise RuntimeError("REACHED-@TOKEN@")
"""

MEMORY_SPREAD = """
import os, time
import numpy as np

def sigmoid(z):
    ends = []
    for _ in range(6):
        reading, writing = os.pipe()
        if os.fork() == 0:
            kept = np.ones(2**26)
            os.write(writing, b"y")
            time.sleep(3)
            os._exit(0)
        os.close(writing)
        ends.append(reading)
    if all(os.read(end, 1) == b"y" for end in ends):
        time.sleep(1)
        raise RuntimeError("REACHED-@TOKEN@")
    return z * 0
"""

MEMORY_SHARED = """
import mmap, os, time

def sigmoid(z):
    shared = mmap.mmap(-1, 3 * 2**30)
    block = b"x" * 2**20
    page = b"x"
    child = os.fork()
    for place in range(0, 3 * 2**30, 4096):
        shared[place] = 120
    if child == 0:
        time.sleep(2)
        os._exit(0)
    os.waitpid(child, 0)
    raise RuntimeError("REACHED-@TOKEN@")
"""

MEMORY_OF_NOBODY = """
import os, time

def sigmoid(z):
    block, kept = b"x" * 2**20, []
    for number in range(56):
        file = os.memfd_create(f"part{number}")
        for _ in range(60):
            os.write(file, block)
        kept.append(file)
    time.sleep(1)
    raise RuntimeError("REACHED-@TOKEN@")
"""

MEMORY_OF_SYSV = """
import ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
libc.shmdt.argtypes = [ctypes.c_void_p]

def sigmoid(z):
    size, kept = 512 * 2**20, []
    try:
        for _ in range(6):
            number = libc.shmget(0, ctypes.c_size_t(size), 0o1600)
            if number < 0:
                raise OSError("no segment")
            kept.append(number)
            place = libc.shmat(number, None, 0)
            ctypes.memset(place, 120, size)
            libc.shmdt(place)
        time.sleep(1)
        raise RuntimeError("REACHED-@TOKEN@")
    finally:
        for number in kept:
            libc.shmctl(number, 0, None)
"""

DISK = """
import os
with open("large", "wb") as file:
    for _ in range(400):
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
print("REACHED-@TOKEN@")
"""

OUTPUT_BELOW = """
import os
for _ in range(200):
    os.write(1, b"z" * 2**20)
    os.write(2, b"z" * 2**20)
print("REACHED-@TOKEN@")
"""

BACKGROUND = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(40)", "@TOKEN@"])
"""

DETACHED = """
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(40)", "@TOKEN@"])
    os._exit(0)
"""

DETACHED_FROM_ANSWER = """
def sigmoid(z):
    import os, signal, sys
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(40)", "@TOKEN@"])
    return z * 0
"""

ALL_PROCESSORS = """
import os, time
os.sched_setaffinity(0, range(os.cpu_count()))
if len(os.sched_getaffinity(0)) == os.cpu_count() > 1:
    print("REACHED-@TOKEN@")
for _ in range(40):
    if os.fork() == 0:
        begun = time.time()
        while time.time() < begun + 12:
            pass
        os._exit(0)
time.sleep(12)

def sigmoid(z):
    raise RuntimeError("REACHED-@TOKEN@")
"""

LIMITS_RAISED = """
import resource
for what in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_CPU):
    resource.setrlimit(what, (resource.RLIM_INFINITY if what != resource.RLIMIT_NOFILE else 4096,) * 2)
print("REACHED-@TOKEN@")
"""

ATTACKS = category(
    "exhaustion",
    Attack("endless", "loops for ever in a cell", code(ENDLESS), wants=(HOLDS,)),
    Attack(
        "endless-answer",
        "takes the alarm away and loops in its answer",
        code(ENDLESS_ANSWER),
        wants=(HOLDS,),
    ),
    Attack(
        "interrupt-swallowed", "catches every interrupt in a cell", code(SWALLOWED), wants=(HOLDS,)
    ),
    Attack(
        "swallowed-in-answer",
        "catches every interrupt in its answer",
        code(SWALLOWED_IN_ANSWER),
        wants=(HOLDS,),
    ),
    Attack(
        "signals-ignored",
        "ignores and blocks every signal it can",
        code(SIGNALS_IGNORED),
        wants=(HOLDS,),
    ),
    Attack(
        "no-python", "stays in C, where no signal is seen", code(WITHOUT_PYTHON), wants=(HOLDS,)
    ),
    Attack("forks", "starts 300 processes", code(FORKS), wants=(REACHES,)),
    Attack("threads", "starts 400 threads", code(THREADS), wants=(REACHES,)),
    Attack("memory", "touches 3 GB", code(MEMORY), wants=(REACHES,)),
    Attack("memory-spread", "touches 3 GB in six processes", code(MEMORY_SPREAD), wants=(REACHES,)),
    Attack(
        "memory-shared",
        "touches 3 GB that two processes share",
        code(MEMORY_SHARED),
        wants=(REACHES,),
    ),
    Attack(
        "memory-of-files",
        "holds 3 GB in memory files, mapped by nobody",
        code(MEMORY_OF_NOBODY),
        wants=(REACHES,),
    ),
    Attack(
        "memory-of-segments",
        "holds 3 GB in detached segments",
        code(MEMORY_OF_SYSV),
        wants=(REACHES,),
    ),
    Attack("disk", "writes one file of 400 MB", code(DISK), wants=(REACHES,)),
    Attack("disk-in-parts", "writes ten files of 60 MB", code(MANY_FILES), wants=(REACHES,)),
    Attack("open-file-flood", "opens 3,000 files", code(OPEN_FILES), wants=(REACHES,)),
    Attack("output", "prints 60 MB", code(OUTPUT), wants=(REACHES,)),
    Attack(
        "output-below",
        "writes 400 MB to the two standard streams",
        code(OUTPUT_BELOW),
        wants=(REACHES,),
    ),
    Attack("background", "leaves a process", code(BACKGROUND), wants=(TOUCHES,)),
    Attack(
        "detached", "leaves a process without parent or session", code(DETACHED), wants=(TOUCHES,)
    ),
    Attack(
        "detached-from-answer",
        "leaves a process that ignores signals, from within its answer",
        code(DETACHED_FROM_ANSWER),
        wants=(TOUCHES,),
    ),
    Attack(
        "all-processors",
        "spins in 40 processes on every processor",
        code(ALL_PROCESSORS),
        wants=(REACHES, AFFECTS),
    ),
    Attack("limits-raised", "raises its own limits", code(LIMITS_RAISED), wants=(REACHES,)),
)
