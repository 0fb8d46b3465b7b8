"""Memory, used up in one process, in many, and where no process is seen to hold it."""

from tests.attacks.catalogue.model import REACHES, Attack, category, code

MEMORY = """
def sigmoid(z):
    import numpy as np
    kept = [np.ones(2**24) for _ in range(8)]
    raise RuntimeError("REACHED-@TOKEN@")
"""

MEMORY_SPREAD = """
import os, time
import numpy as np

def sigmoid(z):
    ends = []
    for _ in range(4):
        reading, writing = os.pipe()
        if os.fork() == 0:
            kept = np.ones(2**25)
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
    shared = mmap.mmap(-1, 2**30)
    block = b"x" * 2**20
    page = b"x"
    child = os.fork()
    for place in range(0, 2**30, 4096):
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
    for number in range(18):
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
    size, kept = 256 * 2**20, []
    try:
        for _ in range(4):
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

ATTACKS = category(
    "memory",
    Attack("memory", "touches 1 GB", code(MEMORY), wants=(REACHES,), works_on="watchdog"),
    Attack(
        "memory-spread",
        "touches 1 GB in four processes",
        code(MEMORY_SPREAD),
        wants=(REACHES,),
        works_on="watchdog",
    ),
    Attack(
        "memory-shared",
        "touches 1 GB that two processes share",
        code(MEMORY_SHARED),
        wants=(REACHES,),
        works_on="watchdog",
    ),
    Attack(
        "memory-of-files",
        "holds 1 GB in memory files, mapped by nobody",
        code(MEMORY_OF_NOBODY),
        wants=(REACHES,),
        works_on="seccomp",
    ),
    Attack(
        "memory-of-segments",
        "holds 1 GB in detached segments",
        code(MEMORY_OF_SYSV),
        wants=(REACHES,),
        works_on="seccomp",
    ),
)
