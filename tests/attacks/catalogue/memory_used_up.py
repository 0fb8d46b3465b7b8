"""Memory, used up in one process, in many, and where no process is seen to hold it."""

from tests.attacks.catalogue.model import REACHES, Attack, category, code

MEMORY = """
def sigmoid(z):
    import numpy as np
    kept = [np.ones(2**24) for _ in range(6)]
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
            kept = np.ones(3 * 2**23)
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
    shared = mmap.mmap(-1, 768 * 2**20)
    child = os.fork()
    for _ in range(768):
        shared.write(b"x" * 2**20)
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
    for number in range(13):
        file = os.memfd_create(f"part{number}")
        for _ in range(60):
            os.write(file, block)
        kept.append(file)
    time.sleep(1)
    raise RuntimeError("REACHED-@TOKEN@")
"""


ATTACKS = category(
    "memory",
    Attack("memory", "touches 768 MB", code(MEMORY), wants=(REACHES,), works_on="watchdog"),
    Attack(
        "memory-spread",
        "touches 768 MB in four processes",
        code(MEMORY_SPREAD),
        wants=(REACHES,),
        works_on="watchdog",
    ),
    Attack(
        "memory-shared",
        "touches 768 MB that two processes share",
        code(MEMORY_SHARED),
        wants=(REACHES,),
        works_on="watchdog",
    ),
    Attack(
        "memory-of-files",
        "holds 768 MB in memory files, mapped by nobody",
        code(MEMORY_OF_NOBODY),
        wants=(REACHES,),
        works_on="seccomp",
    ),
)
